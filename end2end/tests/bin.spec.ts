// Settings, bin: what was deleted is listed, can be taken out again, and deleted for ever.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { idOf, postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, link, postDelete } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** The records that the bin's page lists, by their Restore buttons. */
const restorable = (page: Page) => page.getByRole('main').getByRole('button', { name: /^Restore/ });

/** Chooses a value in the menu of a filter. */
async function filter(page: Page, chip: string, value: string): Promise<void> {
  const menu = page.locator('details[name=filter]').filter({ has: page.locator('summary', { hasText: chip }) });
  await menu.locator('summary').click();
  await menu.getByLabel(chip).selectOption({ label: value });
  await button(menu, 'Apply').click();
}

withAndWithoutJavaScript((javaScript) => {
  test('a company comes back from the bin with what went with it, and then what was deleted before', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const contact = await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
    await postDeal(page, { name: 'Xe tải', company });
    const lost = await postDeal(page, { name: 'Kho lạnh', company });
    await postDelete(page, lost);
    await page.goto(`${company}/delete`);
    const main = page.getByRole('main');
    await expect(main).toContainText('You can restore it from the bin for 30 days.');
    await button(main, 'Delete company').click();
    await expectNotice(page, 'Ánh Dương was deleted');

    await page.goto('/settings');
    await link(page.getByRole('navigation', { name: 'Settings' }), 'Bin').click();
    await expect(page).toHaveURL('/settings/bin');
    const rows = main.getByRole('listitem').filter({ hasText: 'deleted' });
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(0)).toContainText('Ánh Dương');
    await expect(rows.nth(0)).toContainText('Company · with 1 contact and 1 deal · deleted');
    await expect(rows.nth(0)).toContainText('30 days left');
    await expect(rows.nth(1)).toContainText('Kho lạnh');
    await expect(rows.nth(1)).toContainText('Restore Ánh Dương first');
    await expect(rows.nth(1).getByRole('button')).toHaveCount(0);

    await button(main, 'Restore Ánh Dương').click();
    await expectNotice(page, 'Ánh Dương is back');
    await expect(page).toHaveURL(company);
    await page.goto(contact);
    await expect(link(main, 'Ánh Dương').first()).toBeVisible();
    await page.goto('/settings/bin');
    await button(main, 'Restore Kho lạnh').click();
    await expectNotice(page, 'Kho lạnh is back');
    await expect(page).toHaveURL(lost);
    await page.goto('/settings/bin');
    await expect(main).toContainText('The bin is empty');
  });

  test('what can’t come back before its company leads to the bin', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const deal = await postDeal(page, { name: 'Xe tải', company });
    await page.goto(`${deal}/delete`);
    await button(page, 'Delete deal').click();
    await expectNotice(page, 'Xe tải was deleted');
    await postDelete(page, company);
    await button(page.getByRole('status'), 'Undo').click();
    await expect(page).toHaveURL('/settings/bin');
    await expectNotice(page, 'Its company is in the bin: restore that first');
    await expect(button(page, 'Restore Ánh Dương')).toBeVisible();
  });

  test('a record is deleted for ever, by keyboard, and an old "Undo" and its page say so', async ({ page, context, expectedMessages }) => {
    expectedMessages.push(/status of 40[49]/);
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
    await page.goto(`${company}/delete`);
    await formsReady(page, javaScript);
    await button(page, 'Delete company').click();
    await expectNotice(page, 'Ánh Dương was deleted');

    const other = await context.newPage();
    await other.goto('/settings/bin');
    await link(other, 'Delete for ever: Ánh Dương').focus();
    await other.keyboard.press('Enter');
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Delete Ánh Dương for ever?');
    const main = other.getByRole('main');
    await expect(main).toContainText('With it goes 1 contact: Trần Thị Đào. Nobody can undo this.');
    if (javaScript) await expectAccessible(other);
    await link(main, 'Cancel').click();
    await expect(restorable(other)).toHaveCount(1);
    await link(other, 'Delete for ever: Ánh Dương').click();
    await formsReady(other, javaScript);
    await button(main, 'Delete for ever').focus();
    await other.keyboard.press('Enter');
    await expectNotice(other, 'Ánh Dương was deleted for ever');
    await expect(main).toContainText('The bin is empty');

    await button(page.getByRole('status'), 'Undo').click();
    await expect(page.getByText('“Ánh Dương” was deleted for ever').first()).toBeVisible();
    await expect(page).not.toHaveURL(company);
    expect((await page.goto(company))?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('“Ánh Dương” was deleted for ever');
    await expect(page.getByRole('main')).toContainText('It can’t be restored.');
    if (javaScript) await expectAccessible(page);
    await link(page.getByRole('main'), 'Open the bin').click();
    await expect(page).toHaveURL('/settings/bin');
  });

  test('the bin is filtered, and emptied of what the filters show', async ({ page }) => {
    await register(page);
    const main = page.getByRole('main');
    await postDelete(page, await postCompany(page, { name: 'Ánh Dương' }));
    for (const name of ['Trần Thị Đào', 'Đỗ Thị Hạnh']) await postDelete(page, await postContact(page, { name }));
    await page.goto('/settings/bin');
    await filter(page, 'Record', 'Contact');
    await expect(page).toHaveURL(/[?&]kind=contact/);
    await expect(restorable(page)).toHaveCount(2);
    await filter(page, 'Record', 'Deal');
    await expect(main).toContainText('Nothing in the bin matches these filters.');
    await page.goBack();
    await expect(restorable(page)).toHaveCount(2);
    await link(main, 'Delete these for ever').click();
    await expect(main).toContainText('2 records are deleted for ever. Nobody can undo this.');
    await expect(main).toContainText('Only what is of the kind Contact.');
    await formsReady(page, javaScript);
    await button(main, 'Delete for ever').click();
    await expectNotice(page, '2 records were deleted for ever');
    await expect(restorable(page)).toHaveCount(1);
    await expect(button(page, 'Restore Ánh Dương')).toBeVisible();
  });

  test('what came into the bin after the question is asked about again', async ({ page }) => {
    await register(page);
    const main = page.getByRole('main');
    await postDelete(page, await postCompany(page, { name: 'Ánh Dương' }));
    await page.goto('/settings/bin');
    await link(main, 'Empty the bin').click();
    await formsReady(page, javaScript);
    await expect(main).toContainText('1 record is deleted for ever.');
    await postDelete(page, await postContact(page, { name: 'Trần Thị Đào' }));
    await button(main, 'Delete for ever').click();
    await expect(page.getByRole('alert')).toHaveText('There is more now than the 1 record that you were asked about.');
    await expect(main).toContainText('2 records are deleted for ever.');
    await formsReady(page, javaScript);
    await button(main, 'Delete for ever').click();
    await expectNotice(page, '2 records were deleted for ever');
    await expect(main).toContainText('The bin is empty');
  });
});

test('a bin of long names is whole at every width @once', async ({ page }) => {
  await register(page);
  await page.goto('/settings/bin');
  await expectAccessible(page);
  for (let number = 1; number <= 21; number += 1) {
    const name = `Tổng công ty Cổ phần Xuất nhập khẩu Thiết bị Y tế và Vật tư Khoa học Kỹ thuật Miền Trung Tây Nguyên ${number}`;
    await postDelete(page, await postCompany(page, { name }));
  }
  await page.goto('/settings/bin');
  await forEachThemeAndWidth(page, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
  await link(page, 'Next').click();
  await expect(page.getByRole('main').getByRole('button', { name: /^Restore/ })).toHaveCount(1);
  await page.goto('/settings/bin?page=x');
  await expect(page.getByRole('main').getByRole('button', { name: /^Restore/ })).toHaveCount(20);
  const question = (await page.getByRole('link', { name: /^Delete for ever: / }).last().getAttribute('href')) ?? '';
  for (const path of [question, '/settings/bin/empty', '/settings/bin/empty?kind=company']) {
    await page.goto(path);
    await expect(button(page, 'Delete for ever')).toBeVisible();
    await forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  }
});
