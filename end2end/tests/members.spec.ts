// Two people in one workspace: inviting, roles, removal while the other works, and who owns what.

import { expectNotice, postCompany } from '../support/companies.ts';
import { button, expectError, field, fill, link } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { invite, joined, newPerson, register, registerElsewhere, secondBrowser } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript((javaScript) => {
  test('somebody is invited, registers by the link, and works in the workspace', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh Dương' });
    const person = newPerson('Nguyễn Thị Lan');
    await page.goto('/settings/members');
    await link(page, 'Invite').click();
    await fill(page, { Email: 'nobody' });
    await page.locator('form').filter({ has: button(page, 'Send invitation') }).evaluate((form) => (form as HTMLFormElement).submit());
    await expectError(page, 'Email', /Write an email address/);
    await fill(page, { Email: person.email });
    await button(page, 'Send invitation').click();
    const address = await field(page, 'Link to copy').inputValue();
    const context = await page.context().browser()!.newContext({ baseURL: new URL(page.url()).origin, javaScriptEnabled: javaScript });
    const other = await context.newPage();
    await other.goto(new URL(address).pathname + new URL(address).search);
    await fill(other, { Name: person.name, Password: person.password, 'Password again': person.password });
    await button(other, 'Create account and join').click();
    await expect(other).toHaveURL('/companies');
    await expect(other.getByRole('main')).toContainText('Ánh Dương');
    await other.goto(new URL(address).pathname + new URL(address).search);
    await expect(other.getByRole('alert')).toContainText('used already');
    await context.close();
  });

  test('who was removed while working keeps what was typed and saves nothing', async ({ page, expectedMessages }) => {
    expectedMessages.push(/403|409/);
    await register(page);
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/companies/new');
    await formsReady(other, javaScript);
    await fill(other, { Name: 'Đường Việt', Notes: 'Gọi lại thứ Hai' });
    await page.goto('/settings/members');
    await link(page, `Remove: ${person.name}`).click();
    await fill(page, { 'Who owns the records from now on': 'Phạm Minh Hưng' });
    await button(page, 'Remove member').click();
    await expectNotice(page, 'Member removed');
    await expect(page.getByRole('region', { name: 'Members' })).not.toContainText(person.name);
    await button(other, 'Create company').click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('You are no longer in this workspace');
    await expect(other.getByRole('main')).toContainText('Gọi lại thứ Hai');
    await other.goto('/companies');
    await expect(other).toHaveURL('/workspaces');
    await expect(other.getByRole('main').getByRole('listitem'), 'their own is left').toContainText(['Nguyễn Thị Lan’s workspace']);
    await page.goto('/companies');
    await expect(page.getByRole('main')).not.toContainText('Đường Việt');
    await other.context().close();
  });

  test('who was removed signs out from a page that was open', async ({ page }) => {
    await register(page);
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/companies');
    await page.goto('/settings/members');
    await link(page, `Remove: ${person.name}`).click();
    await button(page, 'Remove member').click();
    await expectNotice(page, 'Member removed');
    await button(other, `Account of ${person.name}`).click();
    await button(other, 'Sign out').click();
    await expect(other).toHaveURL('/login');
    await other.context().close();
  });

  test('a record is given to another member by its form', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(`${company}/edit`);
    await expect(field(page, 'Owner'), 'alone, there is nobody to choose').toHaveCount(0);
    const { person } = await joined(page, 'member');
    await page.goto(`${company}/edit`);
    await formsReady(page, javaScript);
    await expect(field(page, 'Owner').locator('option:checked')).toHaveText('Phạm Minh Hưng');
    await fill(page, { Owner: person.name });
    await button(page, 'Save changes').first().click();
    await expect(page).toHaveURL(company);
    await expect(page.getByRole('main')).toContainText(person.name);
  });

  test('an invitation for somebody else is explained, and roles read in words', async ({ page }) => {
    await register(page);
    const other = await registerElsewhere(page);
    await page.goto(await invite(other, 'lan@example.org', 'admin'));
    await expect(page.getByRole('alert')).toContainText('You are signed in as');
    await expect(button(page, 'Join workspace')).toHaveCount(0);
    await page.goto('/settings/members');
    await expect(page.getByRole('region', { name: 'What each role may do' })).toContainText('Reads everything, changes nothing.');
  });
});
