// Bulk changes: from every list, over a page or over all that match, with the question before and the undo after.

import { postActivity } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { idOf, postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, expectError, fill, link, postEdit, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const choose = (page: Page, name: string) => page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
const bar = (page: Page) => page.locator('.bulk-bar');
const undo = (page: Page) => button(page.getByRole('status'), 'Undo').click();

/** Opens a menu of the bar and presses a choice of it. */
async function pressInMenu(page: Page, menu: string, choice: string): Promise<void> {
  await bar(page).locator('summary', { hasText: menu }).click();
  await button(bar(page), choice).click();
}

withAndWithoutJavaScript((javaScript) => {
  test('records of every kind are changed from their list, and put back by undo', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương', new_tag: 'VIP' });
    await postCompany(page, { name: 'Bình Minh' });
    await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
    await postDeal(page, { name: 'Xe tải', company });
    await postActivity(page, { type: 'call', subject: 'Gọi lại', company_id: idOf(company) });

    await page.goto('/companies');
    await formsReady(page, javaScript);
    await expect(bar(page)).toBeHidden();
    await choose(page, 'Bình Minh');
    await pressInMenu(page, 'Status', 'Active');
    await expectNotice(page, '1 company changed');
    await expect(page.getByRole('row').filter({ hasText: 'Bình Minh' })).toContainText('Active');
    await undo(page);
    await expectNotice(page, '1 company put back');
    await page.goto('/companies');
    await formsReady(page, javaScript);
    await expect(page.getByRole('row').filter({ hasText: 'Bình Minh' })).toContainText('Lead');

    // Archiving asks why, at its question.
    await choose(page, 'Bình Minh');
    await button(bar(page), 'Archive').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Archive 1 company?');
    await formsReady(page, javaScript);
    await sendUnchecked(page, 'Archive');
    await expectError(page, 'Reason', /^Say why they are archived/);
    await fill(page, { Reason: 'Giải thể' });
    await button(page.getByRole('main'), 'Archive').click();
    await expectNotice(page, '1 company archived');
    await expect(page.getByRole('row').filter({ hasText: 'Bình Minh' })).toHaveCount(0);

    await page.goto('/contacts');
    await formsReady(page, javaScript);
    await choose(page, 'Trần Thị Đào');
    await pressInMenu(page, 'Add tag', 'VIP');
    await expectNotice(page, '1 contact changed');

    await page.goto('/activities');
    await formsReady(page, javaScript);
    await choose(page, 'Gọi lại');
    await pressInMenu(page, 'Owner', person.name);
    await expectNotice(page, /0 activities changed, 1 was so already/);

    // A deletion says what goes along, and its undo brings that back.
    await page.goto('/companies');
    await formsReady(page, javaScript);
    await choose(page, 'Ánh Dương');
    await button(bar(page), 'Delete').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Delete 1 company?');
    await expect(page.getByRole('main')).toContainText('1 contact, 1 deal and 1 activity will be deleted with them.');
    await formsReady(page, javaScript);
    await button(page.getByRole('main'), 'Delete').click();
    await expectNotice(page, '1 company deleted');
    await undo(page);
    await expectNotice(page, '1 company put back');
    await page.goto('/contacts');
    await expect(page.getByRole('main')).toContainText('Trần Thị Đào');
  });

  test('all that match are asked about before, with their number', async ({ page }) => {
    await register(page);
    for (let number = 1; number <= 22; number += 1) await postCompany(page, { name: `Cty ${String(number).padStart(2, '0')}` });
    await postCompany(page, { name: 'Khác' });
    await page.goto('/companies?q=cty');
    await link(page, 'Choose all of this page').click();
    await expect(page.getByRole('checkbox', { name: 'Choose Cty 01' })).toBeChecked();
    await link(bar(page), 'Choose all 22 that match').click();
    await expect(bar(page)).toContainText('All 22 that match');
    await pressInMenu(page, 'Status', 'Inactive');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set the status of 22 companies to Inactive?');
    await expect(page.getByRole('main')).toContainText('and 2 more');
    await formsReady(page, javaScript);

    // One more matches by the time of the answer: it is asked again.
    await postCompany(page, { name: 'Cty 23' });
    await button(page.getByRole('main'), 'Set status').click();
    await expect(page.getByRole('alert')).toContainText('There are more now than were shown');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set the status of 23 companies to Inactive?');
    await formsReady(page, javaScript);
    await button(page.getByRole('main'), 'Set status').click();
    await expectNotice(page, '23 companies changed');
    await expect(page).toHaveURL(/q=cty/);
    await page.goto('/companies?status=inactive');
    await expect(page.locator('#count')).toContainText('23');
  });

  test('undo names what somebody changed since, and leaves it', async ({ page }) => {
    await register(page);
    const one = await postCompany(page, { name: 'Một' });
    await postCompany(page, { name: 'Hai' });
    await page.goto('/companies?select=page');
    await formsReady(page, javaScript);
    await pressInMenu(page, 'Status', 'Active');
    await expectNotice(page, '2 companies changed');
    await postEdit(page, one, { name: 'Một mới', status: 'active', version: '2' });
    await undo(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Undo of “Status: Active”');
    await expect(page.getByRole('list', { name: 'Left as they were' })).toContainText('Một mới: changed by somebody meanwhile');
    await link(page, 'See what was undone').click();
    await expect(page.getByRole('main')).toContainText('This was undone.');
    await expect(button(page.getByRole('main'), 'Undo')).toHaveCount(0);
  });
});

test('by keyboard alone', async ({ page }) => {
  await register(page);
  await postCompany(page, { name: 'Một' });
  await page.goto('/companies');
  await formsReady(page, true);
  await page.getByRole('checkbox', { name: 'Choose Một' }).focus();
  await page.keyboard.press('Space');
  await bar(page).locator('summary', { hasText: 'Status' }).focus();
  await page.keyboard.press('Enter');
  await button(bar(page), 'Active').focus();
  await page.keyboard.press('Enter');
  await expectNotice(page, '1 company changed');
});

test('bar, question and result fit any screen', async ({ page }) => {
  test.slow(true, 'axe looks at eighteen states');
  await register(page);
  const long = 'Tổng công ty Cổ phần Xuất nhập khẩu Thiết bị Y tế và Vật tư Khoa học Kỹ thuật Miền Trung Tây Nguyên';
  const company = await postCompany(page, { name: long, new_tag: 'Khách hàng chiến lược khu vực phía Nam' });
  await page.goto('/companies?select=page');
  await formsReady(page, true);
  await forEachThemeAndWidth(page, async () => {
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
  await resize(page, 360);
  await button(bar(page), 'Delete').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Delete 1 company?');
  await forEachThemeAndWidth(page, async () => {
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
  // Somebody changes it meanwhile: the result names it.
  await postEdit(page, company, { name: `${long} mới`, status: 'lead', version: '1' });
  await button(page.getByRole('main'), 'Delete').click();
  await expect(page.getByRole('list', { name: 'Left as they were' })).toContainText(long);
  await forEachThemeAndWidth(page, async () => {
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
});

test('a filter that nobody can read changes nothing', async ({ page }) => {
  await register(page);
  await postCompany(page, { name: 'Một' });
  const headers = { 'sec-fetch-site': 'same-origin' };
  for (const list of ['tag=', 'compnay_id=5', 'status[]=lead', 'size=7', 'q=a&q=b', 'tag=null']) {
    const form = { kind: 'companies', scope: 'matching', action: 'delete', count: '1000', list };
    expect((await page.request.post('/bulk-changes', { form, headers, maxRedirects: 0 })).status(), list).toBe(400);
    expect((await page.request.get(`/bulk-changes/new?${new URLSearchParams(form).toString()}`)).status(), list).toBe(400);
  }
  await page.goto('/companies');
  await expect(page.getByRole('main')).toContainText('Một');
});
