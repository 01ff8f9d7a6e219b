// A platform admin and somebody else: suspending, disabling, registering, and a workspace made for a person.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { button, expectError, field, fill, link, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize } from '../support/layout.ts';
import { fillSignIn, newPerson, register, registerElsewhere, secondBrowser, signInAsAdmin } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const PAGES = ['workspaces', 'workspaces/new', 'users', 'registration', 'jobs', 'mail', 'log', 'diagnostics'];

/** Opens a list of the administration, searched. */
async function search(page: Page, list: 'workspaces' | 'users', words: string): Promise<void> {
  await page.goto(`/admin/${list}`);
  await page.getByRole('searchbox', { name: `Search ${list}` }).fill(words);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?q=/);
  await expect(page.locator('#count')).toHaveText(/^1 /);
}

withAndWithoutJavaScript((javaScript) => {
  test('a workspace is suspended while somebody works in it, and resumed', async ({ page, server, expectedMessages }) => {
    expectedMessages.push(/403|409/);
    const admin = await signInAsAdmin(page, server);
    const person = newPerson('Trần Văn Bình');
    await registerElsewhere(page, person);
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/companies/new');
    await formsReady(other, javaScript);
    await fill(other, { Name: 'Đường Việt', Notes: 'Gọi lại thứ Hai' });

    await button(page, `Account of ${admin.name}`).click();
    await link(page, 'Administration').click();
    await search(page, 'workspaces', person.email);
    await link(page, 'Suspend Trần Văn Bình’s workspace').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Suspend Trần Văn Bình’s workspace?');
    await button(page, 'Suspend workspace').click();
    await expectNotice(page, 'Workspace suspended');

    await button(other, 'Create company').click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('You are no longer in this workspace');
    await expect(other.getByRole('main')).toContainText('Gọi lại thứ Hai');
    await other.goto('/companies');
    await expect(other).toHaveURL('/workspaces');
    await expect(other.getByRole('alert')).toContainText('An administrator of this server suspended it');
    if (javaScript) await expectAccessible(other);

    await search(page, 'workspaces', person.email);
    await button(page, 'Resume Trần Văn Bình’s workspace').click();
    await expectNotice(page, 'Workspace resumed');
    await other.goto('/companies');
    await expect(other).toHaveURL('/companies');
    await expect(other.getByRole('main')).not.toContainText('Đường Việt');
    await other.context().close();
  });

  test('an account is disabled, its user is told, and it is enabled again', async ({ page, server }) => {
    await signInAsAdmin(page, server);
    const person = newPerson('Nguyễn Thị Lan');
    await registerElsewhere(page, person);
    const other = await secondBrowser(page, person, javaScript);
    await search(page, 'users', person.email);
    await link(page, person.name).click();
    await link(page, 'Disable account').click();
    await button(page, 'Disable account').click();
    await expectNotice(page, 'Account disabled');
    await other.goto('/companies');
    await expect(other).toHaveURL(/\/login\?next=/);
    await fillSignIn(other, { ...person, password: 'sai mật khẩu' });
    await expect(other.getByRole('main')).toContainText('Email and password do not match.');
    await fillSignIn(other, person);
    await expect(other.getByRole('alert')).toContainText('This account was disabled by an administrator');
    await button(page, 'Enable account').click();
    await expectNotice(page, 'Account enabled');
    await fillSignIn(other, person);
    await expect(other).toHaveURL('/companies');
    await other.context().close();
  });

  test('a workspace is made for somebody without an account, who chooses a password by the link', async ({ page, server }) => {
    await signInAsAdmin(page, server);
    const person = newPerson('Lê Thị Hoa');
    await page.goto('/admin/workspaces');
    await link(page, 'New workspace').click();
    await sendUnchecked(page, 'Create workspace');
    await expectError(page, 'Name', /Write the workspace/);
    await fill(page, { Name: 'Ánh Dương', 'Owner’s email': person.email });
    await sendUnchecked(page, 'Create workspace');
    await expectError(page, 'Owner’s name', /This address has no account yet/);
    await expect(field(page, 'Owner’s email'), 'what was typed stays').toHaveValue(person.email);
    await fill(page, { 'Owner’s name': person.name });
    await button(page, 'Create workspace').click();
    await expectNotice(page, 'Workspace created');
    const address = new URL(await field(page, 'Link to copy').inputValue());
    const context = await page.context().browser()!.newContext({ baseURL: address.origin, javaScriptEnabled: javaScript });
    const other = await context.newPage();
    await other.goto(address.pathname + address.search);
    await fill(other, { 'New password': person.password, 'New password again': person.password });
    await button(other, 'Save password').click();
    await other.goto('/login');
    await fillSignIn(other, person);
    await expect(other).toHaveURL('/');
    await expect(button(other, 'Workspace: Ánh Dương').first()).toBeVisible();
    await context.close();
  });

  test('another platform admin is made, who takes it away from the first one', async ({ page, server, expectedMessages }) => {
    expectedMessages.push(/403/);
    const admin = await signInAsAdmin(page, server);
    const person = newPerson('Trần Văn Bình');
    await registerElsewhere(page, person);
    const other = await secondBrowser(page, person, javaScript);
    await search(page, 'users', person.email);
    await link(page, person.name).click();
    await link(page, 'Make platform admin').click();
    await button(page, 'Make platform admin').click();
    await expectNotice(page, 'This user is a platform admin now');
    await search(other, 'users', admin.email);
    await link(other, admin.name).click();
    await link(other, 'Take platform admin away').click();
    await button(other, 'Take platform admin away').click();
    await expectNotice(other, 'This user is no platform admin any more');
    expect((await page.goto('/admin/users'))?.status()).toBe(403);
    await other.context().close();
  });

  test('registering is closed and opened', async ({ page, server }) => {
    await signInAsAdmin(page, server);
    const context = await page.context().browser()!.newContext({ baseURL: server.url, javaScriptEnabled: javaScript });
    const other = await context.newPage();
    await page.goto('/admin/registration');
    await page.getByRole('radio', { name: 'Closed' }).check();
    await button(page, 'Save registration').click();
    await expectNotice(page, 'Registering is closed');
    await other.goto('/register');
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Registration is closed');
    await page.getByRole('radio', { name: 'Open' }).check();
    await button(page, 'Save registration').click();
    await expectNotice(page, 'Registering is open');
    await other.goto('/register');
    await expect(button(other, 'Create account')).toBeVisible();
    await context.close();
  });

  test('who is no platform admin is offered nothing and gets in nowhere', async ({ page, server, expectedMessages }) => {
    expectedMessages.push(/403/);
    await page.goto('/login');
    await server.createAdmin(newPerson());
    const person = await register(page);
    await button(page, `Account of ${person.name}`).click();
    await expect(link(page, 'Administration')).toHaveCount(0);
    for (const path of PAGES) {
      const answer = await page.goto(`/admin/${path}`);
      expect(answer?.status(), path).toBe(403);
    }
  });
});

test('the administration names no record of a workspace, and what was done is in its log', async ({ page, server }) => {
  const admin = await signInAsAdmin(page, server);
  const person = newPerson();
  const other = await registerElsewhere(page, person);
  await postCompany({ request: other } as unknown as Page, { name: 'Zirkon Verzy' });
  await page.goto('/admin/registration');
  await page.getByRole('radio', { name: 'Closed' }).check();
  await button(page, 'Save registration').click();
  await page.getByRole('radio', { name: 'Open' }).check();
  await button(page, 'Save registration').click();
  for (const path of PAGES) {
    await page.goto(`/admin/${path}`);
    await expect(page.getByRole('main'), path).not.toContainText('Zirkon');
  }
  await page.goto('/admin/log');
  await expect(page.getByRole('list', { name: 'Entries' }).getByRole('listitem').first()).toContainText(admin.name);
  await link(page, 'Check the log').click();
  await expect(page.getByText('The log is intact')).toBeVisible();
  await page.goto('/admin/diagnostics');
  await expect(page.getByRole('region', { name: 'Text to copy' })).toContainText('Writes: succeed');
});

test('axe finds nothing in the administration, light and wide, dark and narrow @once', async ({ page, server }) => {
  test.slow();
  await signInAsAdmin(page, server);
  await registerElsewhere(page, newPerson('Công Tằng Tôn Nữ Thị Hoàng Diễm Thanh Thuỳ Dương Một Cái Tên Rất Dài'));
  await page.goto('/admin/users?state=active');
  const user = (await page.getByRole('list', { name: 'Users' }).getByRole('link').first().getAttribute('href')) ?? '';
  await page.goto('/admin/workspaces');
  const suspend = (await page.getByRole('link', { name: /^Suspend / }).first().getAttribute('href')) ?? '';
  for (const path of [...PAGES.map((name) => `/admin/${name}`), user, suspend]) {
    await page.goto(path);
    for (const [colorScheme, width] of [['light', 1440], ['dark', 360]] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await resize(page, width);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    }
  }
});
