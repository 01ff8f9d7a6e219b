// With a script, a form is sent without leaving the page: refused, its messages stand at its fields; done, the page behind is
// brought up to date.

import { postActivity } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { button, expectError, field, fill, link } from '../support/form.ts';
import { formReady, waitForListener } from '../support/islands.ts';
import { fillSignIn, register, signOut, newPerson } from '../support/people.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

type Marked = Window & { stayed?: boolean };

/** Opens the form that a link of the page leads to in its dialog. */
async function openDialog(page: Page, path: string, name: string): Promise<Locator> {
  await page.goto(path);
  await waitForListener(page, 'submit');
  await page.evaluate(() => ((window as Marked).stayed = true));
  await link(page.getByRole('main'), name).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Whether the page is the one that `openDialog` opened. */
async function stayed(page: Page): Promise<boolean> {
  return page.evaluate(() => (window as Marked).stayed === true);
}

test('a record changed over its page: the dialog closes and the page shows it', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  const dialog = await openDialog(page, company, 'Edit');
  await fill(dialog, { Name: 'Ánh Dương <b>mới</b> 🌞', Industry: 'Thép' });
  await button(dialog, 'Save changes').click();
  await expectNotice(page, 'Changes saved');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ánh Dương <b>mới</b> 🌞');
  expect(await stayed(page)).toBe(true);
  await expect(page).toHaveURL(company);
  await expectAccessible(page);
  // The page that came in place of the old one works as that did.
  await link(page.getByRole('main'), 'Edit').first().click();
  await expect(field(page.getByRole('dialog'), 'Industry')).toHaveValue('Thép');
});

test('what only the server can refuse stands at its field, and what was typed stays', async ({ page }) => {
  await register(page);
  for (const again of [false, true]) {
    await page.goto('/settings/tags/new');
    await formReady(page, true);
    await waitForListener(page, 'submit');
    await page.evaluate(() => ((window as Marked).stayed = true));
    await field(page, 'Name').fill('Khách quen');
    await button(page, 'Create tag').click();
    if (!again) await expectNotice(page, 'Tag Khách quen was created');
  }
  await expectError(page, 'Name', 'A tag of this name exists already');
  await expect(field(page, 'Name')).toBeFocused();
  await expect(field(page, 'Name')).toHaveValue('Khách quen');
  expect(await stayed(page)).toBe(true);
  await expectAccessible(page);
  await field(page, 'Name').fill('Khách lạ');
  await button(page, 'Create tag').click();
  await expectNotice(page, 'Tag Khách lạ was created');
});

test('Ctrl+Enter sends, and pressed twice the button sends once', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Bình Minh' });
  const calls: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') calls.push(new URL(request.url()).pathname);
  });
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/fn/companies/update', async (route) => {
    await held;
    await route.continue();
  });
  const dialog = await openDialog(page, company, 'Edit');
  await field(dialog, 'Notes').fill('Một dòng');
  await page.keyboard.press('Control+Enter');
  await expect(dialog.locator('form')).toHaveAttribute('aria-busy', 'true');
  await button(dialog, 'Save changes').dblclick({ force: true });
  await page.keyboard.press('Control+Enter');
  release();
  await expectNotice(page, 'Changes saved');
  expect(calls).toEqual(['/fn/companies/update']);
});

test('a note that is half typed stays when the record is changed over its page', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  const activity = await postActivity(page, { type: 'call', subject: 'Báo giá', company_id: company.split('/').pop() ?? '' });
  await page.goto(activity);
  await field(page, 'Add a note').fill('Dở dang');
  const dialog = page.getByRole('dialog');
  await waitForListener(page, 'submit');
  await link(page.getByRole('main'), 'Edit').first().click();
  await fill(dialog, { Subject: 'Báo giá mới' });
  await button(dialog, 'Save changes').click();
  await expectNotice(page, 'Changes saved');
  await expect(page).toHaveTitle(/Báo giá mới/);
  await expect(field(page, 'Add a note')).toHaveValue('Dở dang');
});

test.describe('while the server is away', () => {
  test.use({ expectedMessages: [/Failed to load resource|^request: /] });

  test('the text stays, and the message says what to do', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Cửu Long' });
    await page.route('**/fn/companies/update', (route) => route.abort());
    const dialog = await openDialog(page, company, 'Edit');
    await field(dialog, 'Notes').fill('Giữ lại');
    await button(dialog, 'Save changes').click();
    await expect(dialog.getByRole('alert')).toContainText('The server could not be reached');
    await expect(dialog.getByRole('alert')).toBeFocused();
    await expect(field(dialog, 'Notes')).toHaveValue('Giữ lại');
    await page.unroute('**/fn/companies/update');
    await button(dialog, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
  });

  test('signed out meanwhile: the dialog stays and offers sign-in beside it', async ({ page, context }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Đường Việt' });
    const dialog = await openDialog(page, company, 'Edit');
    await field(dialog, 'Notes').fill('Ghi chú dài');
    const other = await context.newPage();
    await other.goto('/companies');
    await signOut(other, person);
    await button(dialog, 'Save changes').click();
    await expect(dialog.getByRole('alert')).toContainText('You are signed out');
    const [signIn] = await Promise.all([context.waitForEvent('page'), link(dialog, 'Sign in in a new tab').click()]);
    await fillSignIn(signIn, person);
    await expect(signIn).toHaveURL('/');
    await button(dialog, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
  });
});

test.describe('somebody else signed in meanwhile', () => {
  test.use({ expectedMessages: [/status of 409/] });

  for (const script of [true, false]) {
    test(`nothing is saved as theirs without a word, ${script ? 'with' : 'without'} a script`, async ({ page, context }) => {
      const first = await register(page);
      await page.goto('/companies/new');
      await formReady(page, true);
      await field(page, 'Name').fill('Của người đầu');
      const other = await context.newPage();
      await other.goto('/companies');
      await signOut(other, first);
      const second = newPerson('Trần Thị Lan');
      await register(other, second);
      if (script) await button(page, 'Create company').click();
      else await page.locator('form#company').evaluate((form) => (form as HTMLFormElement).submit());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are signed in as Trần Thị Lan now');
      await expect(page.getByRole('main')).toContainText('Của người đầu');
      await expectAccessible(page);
      await other.goto('/companies');
      await expect(other.getByRole('main')).not.toContainText('Của người đầu');
      await button(page, 'Go on as Trần Thị Lan').click();
      await expectNotice(page, 'Của người đầu was created');
    });
  }
});

test.describe('before the islands\' code is loaded', () => {
  test.use({ simulateFirstInput: false });

  test('a key that is pressed is not lost', async ({ page }) => {
    await register(page);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/*.wasm', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto('/companies');
    // The first key has the code loaded; the second comes while it is on its way.
    await page.keyboard.press('Shift');
    await page.keyboard.press('l');
    release();
    await expect(page.getByRole('dialog', { name: 'Log activity' })).toBeVisible();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a form sent after its session has ended comes back after the sign-in', async ({ page, context, expectedMessages }) => {
    expectedMessages.push(/status of 401/);
    const person = await register(page);
    await page.goto('/companies/new');
    await fill(page, { Name: 'Ánh Dương', Notes: 'Dòng một\nDòng hai' });
    await context.clearCookies({ name: 'minicrm' });
    await button(page, 'Create company').click();
    await expect(page.getByRole('alert')).toContainText('You were signed out before this was sent');
    await fillSignIn(page, person);
    await expect(page).toHaveURL('/companies/new');
    await expect(field(page, 'Notes')).toHaveValue('Dòng một\nDòng hai');
    await button(page, 'Create company').click();
    await expectNotice(page, 'Ánh Dương was created');
  });

  test('what was refused is still there after a reload and another page, until it is discarded', async ({ page }) => {
    await register(page);
    await page.goto('/companies/new');
    await fill(page, { Notes: 'Giữ lại' });
    await button(page, 'Create company').click();
    await expectError(page, 'Name', "Write the company's name");
    await page.reload();
    await page.goto('/contacts');
    await page.goto('/companies/new');
    await expect(field(page, 'Notes')).toHaveValue('Giữ lại');
    await button(page, 'Discard what you typed').click();
    await expect(field(page, 'Notes')).toHaveValue('');
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
});
