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
    await expect(other).toHaveURL('/');
    await other.goto('/companies');
    await expect(other.getByRole('main')).toContainText('Ánh Dương');
    await other.goto(new URL(address).pathname + new URL(address).search);
    await expect(other.getByRole('alert')).toContainText('used already');
    await context.close();
  });

  test('who has an account accepts an invitation by the button, and not by opening the link', async ({ page }) => {
    const person = await register(page);
    const path = await invite(await registerElsewhere(page), person.email, 'viewer');
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Join Trần Văn Bình’s workspace');
    await page.goto('/workspaces');
    const own = page.getByRole('region', { name: 'Workspaces' }).getByRole('listitem');
    await expect(own).toHaveCount(1);
    await page.goto(path);
    await button(page, 'Join workspace').click();
    await expectNotice(page, 'You are in Trần Văn Bình’s workspace now');
    await expect(link(page.getByRole('main'), 'New company'), 'a viewer adds nothing').toHaveCount(0);
    await page.goto('/workspaces');
    await expect(own).toHaveCount(2);
  });

  test('an invitation is sent again and revoked, and its older links say so', async ({ page, expectedMessages }) => {
    expectedMessages.push(/410/);
    await register(page);
    const first = await invite(page.request, 'lan@example.org', 'member');
    await page.goto('/settings/members');
    const invited = page.getByRole('region', { name: 'Invited' });
    await expect(invited.getByRole('listitem')).toContainText('lan@example.org');
    await button(invited, 'Send again: lan@example.org').click();
    const second = new URL(await field(page, 'Link to copy').inputValue());
    await page.goto(first);
    await expect(page.getByRole('alert')).toContainText('replaced by a later one');
    await page.goto(second.pathname + second.search);
    await expect(page.getByRole('alert')).toContainText('You are signed in as');
    await page.goto('/settings/members');
    await button(invited, 'Revoke: lan@example.org').click();
    await expectNotice(page, 'Invitation revoked');
    await expect(invited).toHaveCount(0);
    await page.goto(second.pathname + second.search);
    await expect(page.getByRole('alert')).toContainText('This invitation was revoked');
  });

  test('a viewer who is made a member adds records from the next page on', async ({ page }) => {
    await register(page);
    const { person } = await joined(page, 'viewer');
    const other = await secondBrowser(page, person, javaScript);
    const add = link(other.getByRole('main'), 'New company');
    await expect(add).toHaveCount(0);
    await page.goto('/settings/members');
    await link(page, `Change role: ${person.name}`).click();
    await page.getByLabel('Member', { exact: true }).check();
    await button(page, 'Save role').click();
    await expectNotice(page, 'Role saved');
    await expect(page.getByRole('region', { name: 'Members' }).getByRole('listitem').filter({ hasText: person.name })).toContainText('Member');
    await other.reload();
    await expect(add.first()).toBeVisible();
    await other.context().close();
  });

  test('an owner can’t leave, hands the workspace over, and leaves it then', async ({ page }) => {
    await register(page);
    const { person } = await joined(page, 'member');
    await page.goto('/settings/members');
    await link(page, 'Leave workspace').click();
    await expect(page.getByRole('main')).toContainText('You own this workspace');
    await expect(button(page, 'Leave workspace')).toHaveCount(0);
    await page.goto('/settings/members');
    await link(page, `Make owner: ${person.name}`).click();
    await expect(page.getByRole('main')).toContainText('You can’t take it back yourself');
    await button(page, 'Hand over').click();
    await expectNotice(page, 'The workspace has another owner. You are an admin now');
    const members = page.getByRole('region', { name: 'Members' }).getByRole('listitem');
    await expect(members.filter({ hasText: person.name })).toContainText('Owner');
    await expect(link(page, `Remove: ${person.name}`)).toHaveCount(0);
    await link(page, 'Leave workspace').click();
    await button(page, 'Leave workspace').click();
    await expectNotice(page, /^You have left/);
    await expect(page).toHaveURL('/workspaces');
    await expect(page.getByRole('main')).toContainText('You are in no workspace');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/settings/members');
    await expect(other.getByRole('region', { name: 'Members' }).getByRole('listitem')).toHaveCount(1);
    await other.context().close();
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
