// Settings, bin: what was deleted is listed, and can be taken out again.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { idOf, postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, link, postDelete } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript(() => {
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
});
