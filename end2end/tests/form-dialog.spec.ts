// With a script, a form opens over the page that leads to it. What it refuses is shown on the form's own page.

import { quickLog } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { addCompany, expectNotice, postCompany } from '../support/companies.ts';
import { openBoard, postDeal } from '../support/deals.ts';
import { button, expectError, field, fill, formWith, link, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

/** Follows a link until its form stands in a dialog: before the script runs it leads to the form's own page. */
async function openDialog(page: Page, path: string, name: string): Promise<Locator> {
  const dialog = page.getByRole('dialog');
  await expect(async () => {
    await page.goto(path);
    await link(page.getByRole('main'), name).first().click();
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
  return dialog;
}

test('a company is added over the list', async ({ page }) => {
  await register(page);
  const dialog = await openDialog(page, '/companies', 'New company');
  await expect(dialog).toHaveAccessibleName('New company');
  await expect(page).toHaveURL('/companies');
  await expect(field(dialog, 'Name')).toBeFocused();
  await fill(dialog, { Name: 'Thép Việt', Industry: 'Thép' });
  await button(dialog, 'Create company').click();
  await expectNotice(page, 'Thép Việt was created');
});

test('Escape and "Cancel" close it, and the focus is where it was', async ({ page }) => {
  await register(page);
  for (const close of [() => page.keyboard.press('Escape'), () => link(page.getByRole('dialog'), 'Cancel').click()]) {
    const dialog = await openDialog(page, '/companies', 'New company');
    await close();
    await expect(dialog).toHaveCount(0);
    await expect(link(page.getByRole('main'), 'New company').first()).toBeFocused();
    await expect(page).toHaveURL('/companies');
  }
});

test('it checks a field as it is left, and all of them before the form is sent', async ({ page }) => {
  await register(page);
  const dialog = await openDialog(page, '/companies', 'New company');
  await fill(dialog, { Email: 'nobody', Notes: 'giữ lại' });
  await field(dialog, 'Website').focus();
  await expectError(dialog, 'Email', 'Write an address such as name@example.com');
  await button(dialog, 'Create company').click();
  await expectError(dialog, 'Name', "Write the company's name");
  await expect(field(dialog, 'Name')).toBeFocused();
  await expect(field(dialog, 'Notes')).toHaveValue('giữ lại');
  await expect(page).toHaveURL('/companies');
});

test('what only the server can refuse is shown on the form\'s own page, with all that was typed', async ({ page }) => {
  await register(page);
  await openDialog(page, '/companies', 'New company');
  await fill(formWith(page, 'Create company'), { Email: 'nobody', Notes: 'giữ lại' });
  await sendUnchecked(page, 'Create company');
  await expect(page).toHaveURL('/companies/new');
  await expect(page.getByRole('alert')).toContainText('2 fields need another look');
  await expectError(page, 'Name', "Write the company's name");
  await expect(field(page, 'Email')).toHaveValue('nobody');
  await expect(field(page, 'Notes')).toHaveValue('giữ lại');
});

test('a deal is added over the board and over its company', async ({ page }) => {
  await register(page);
  const company = await addCompany(page, { Name: 'Gỗ Trường Thành' });
  await postDeal(page, { name: 'Cũ', company });
  let dialog = await openDialog(page, '/deals', 'New deal');
  await fill(dialog, { Name: 'Trên bảng', Company: 'Gỗ Trường Thành', Stage: 'Proposal' });
  await button(dialog, 'Create deal').click();
  await expectNotice(page, 'Trên bảng was created');
  dialog = await openDialog(page, company, 'New deal');
  await expect(field(dialog, 'Company').locator('option:checked')).toHaveText('Gỗ Trường Thành');
  await fill(dialog, { Name: 'Trên công ty' });
  await button(dialog, 'Create deal').click();
  await expectNotice(page, 'Trên công ty was created');
});

test('over a page with the same form, the link leads to the form\'s page: each label still names its own field', async ({ page }) => {
  await register(page);
  await page.goto('/companies/new');
  await formsReady(page);
  await button(page, 'New').click();
  await Promise.all([page.waitForEvent('load'), link(page, 'Company').click()]);
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(page.locator('[id="name"]')).toHaveCount(1);
  await field(page, 'Name').fill('Một');
});

test('a form with other fields opens over it', async ({ page }) => {
  await register(page);
  await page.goto('/companies/new');
  await formsReady(page);
  await field(page, 'Name').fill('Một');
  await field(page, 'Name').blur();
  await page.keyboard.press('l');
  await expect(field(await quickLog(page), 'With')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field(page, 'Name')).toHaveValue('Một');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the dialogs, ${scheme} @once`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'A', company });
    for (const width of [1440, 360]) {
      await resize(page, width);
      for (const [path, name] of [['/companies', 'New company'], ['/deals', 'New deal'], [company, 'Edit']] as const) {
        await openDialog(page, path, name);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
      await openBoard(page);
      await page.locator('[data-move]').first().click();
      await expect(page.locator('#move-menu')).toBeVisible();
      await expectAccessible(page);
    }
  });
}
