// Today: what to do first and why, putting an action off, dismissing it, the tasks of these days, and the rules.

import { idOf, picked, postActivity } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, expectError, field, fill, link, openForm, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize, WIDTHS } from '../support/layout.ts';
import { browser, fillSignIn, joined, register, signOut } from '../support/people.ts';
import { dayFromToday, postTask } from '../support/tasks.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** The row of an action. */
function action(page: Page, name: string): Locator {
  return page.locator('.next-actions > li').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** Names and reasons of the actions, from top to bottom. */
async function actions(page: Page): Promise<string[]> {
  const rows = await page.locator('.next-actions > li').all();
  return Promise.all(rows.map(async (row) => `${await row.locator('.title').innerText()}: ${await row.locator('.reason').innerText()}`));
}

/** Opens the menu of an action. */
async function later(page: Page, name: string): Promise<Locator> {
  const row = action(page, name);
  await row.locator('summary').click();
  return row;
}

withAndWithoutJavaScript((javaScript) => {
  test('a new workspace has nothing to do, and says so', async ({ page }) => {
    await register(page);
    await link(page.getByRole('navigation', { name: 'Main' }).first(), 'Today').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Today');
    await expect(page.getByRole('main')).toContainText('Nothing needs you now');
    await expect(page.getByRole('main')).toContainText('No task is due');
  });

  test('each record has one action, of the first rule that fits, with its reason', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const late = await postDeal(page, { name: 'Xe tải', company, expected_close_date: dayFromToday(-3), value: '5000000' });
    await postDeal(page, { name: 'Kho lạnh', company, value: '9000000' });
    await postTask(page, { title: 'Gửi báo giá', due_on: dayFromToday(-2), deal_id: idOf(late) });
    await postTask(page, { title: 'Gọi lại', due_on: dayFromToday(-1) });
    await page.goto('/today');
    expect(await actions(page)).toEqual([
      'Xe tải: Task overdue for 2 days: Gửi báo giá',
      'Gọi lại: Task overdue for 1 day',
      'Kho lạnh: Nothing planned',
    ]);
    await expect(action(page, 'Xe tải')).toContainText('Ánh Dương');
    await formsReady(page, javaScript);
    await button(action(page, 'Xe tải'), 'Done: Gửi báo giá').click();
    await expectNotice(page, 'Done: Gửi báo giá');
    await expect(page).toHaveURL('/today');
    await expect(action(page, 'Xe tải')).toContainText('Expected to close 3 days ago, and still open');
    await expect(page.getByRole('main')).toContainText('Done today');
    await formsReady(page, javaScript);
    const form = await openForm(action(page, 'Kho lạnh'), 'Plan task: Kho lạnh', 'Add task');
    await expect.poll(() => picked(form, 'Deal')).toContain('Kho lạnh');
    await fill(form, { Task: 'Khảo sát', 'Due day': dayFromToday(1) });
    await button(form, 'Add task').click();
    await expectNotice(page, 'Task added');
    await page.goto('/today');
    await expect(action(page, 'Kho lạnh')).toContainText('The company has no primary decision-maker');
  });

  test('an action is put off, and undo shows it again', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'Xe tải', company });
    for (const [days, until] of [['1 day', 1], ['3 days', 3], ['7 days', 7]] as const) {
      await page.goto('/today');
      await formsReady(page, javaScript);
      await button(await later(page, 'Xe tải'), `Put off by ${days}`).click();
      const day = Number(dayFromToday(until).slice(-2));
      await expectNotice(page, new RegExp(`Put off until ${day}\\b`));
      await expect(page).toHaveURL('/today');
      await expect(action(page, 'Xe tải')).toHaveCount(0);
      await formsReady(page, javaScript);
      await button(page.getByRole('status'), 'Undo').click();
      await expectNotice(page, 'Shown again');
      await expect(action(page, 'Xe tải')).toHaveCount(1);
    }
  });

  test('an action is dismissed with a reason, and the next rule has its turn', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'Xe tải', company });
    await page.goto('/today');
    await link(await later(page, 'Xe tải'), 'Dismiss…').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dismiss “Nothing planned” for Xe tải?');
    await sendUnchecked(page, 'Dismiss');
    await expectError(page, 'Reason', /Say why it needs no action/);
    await fill(page, { 'Reason': 'Chờ khách' });
    await formsReady(page, javaScript);
    await button(page.getByRole('main'), 'Dismiss').click();
    await expectNotice(page, 'Dismissed');
    await expect(page).toHaveURL('/today');
    await expect(action(page, 'Xe tải')).toContainText('The company has no primary decision-maker');
    await formsReady(page, javaScript);
    await button(page.getByRole('status'), 'Undo').click();
    await expectNotice(page, 'Shown again');
    await expect(action(page, 'Xe tải')).toContainText('Nothing planned');
  });

  test('a promised next step becomes a task by one press', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postContact(page, { name: 'Đức', company_id: idOf(company), authority_level: 'primary' });
    const deal = await postDeal(page, { name: 'Xe tải', company });
    await postTask(page, { title: 'Khảo sát', deal_id: idOf(deal), due_on: dayFromToday(5) });
    await postActivity(page, { type: 'call', subject: 'Gọi', next_steps: 'Gửi hợp đồng mẫu', deal_id: idOf(deal) });
    await page.goto('/today');
    await expect(action(page, 'Xe tải')).toContainText('Promised today: Gửi hợp đồng mẫu');
    await formsReady(page, javaScript);
    await button(action(page, 'Xe tải'), 'Make it a task').click();
    await expectNotice(page, 'Task added');
    await page.goto('/today');
    await expect(action(page, 'Xe tải')).toHaveCount(0);
  });

  test('tasks stand by when they are due, and one press finishes or puts one off', async ({ page }) => {
    await register(page);
    for (const [title, days] of [['Sau', 30], ['Hôm nay', 0], ['Quá hạn', -2], ['Tuần này', 7]] as const) {
      await postTask(page, { title, due_on: dayFromToday(days) });
    }
    await page.goto('/today');
    const due = page.getByRole('region', { name: 'Tasks' });
    const lines = async () => (await due.locator('h3, a.title').allInnerTexts()).map((text) => text.trim());
    expect(await lines()).toEqual(['Overdue', 'Quá hạn', 'Today', 'Hôm nay', 'Next 7 days', 'Tuần này']);
    await formsReady(page, javaScript);
    await button(due, 'Done: Hôm nay').click();
    await expectNotice(page, 'Done: Hôm nay');
    await expect.poll(lines).toEqual(['Overdue', 'Quá hạn', 'Next 7 days', 'Tuần này', 'Done today', 'Hôm nay']);
    await formsReady(page, javaScript);
    await button(due, 'Put off by a day: Quá hạn').click();
    await expectNotice(page, 'Put off: tomorrow');
    await expect.poll(lines).toEqual(['Next 7 days', 'Quá hạn', 'Tuần này', 'Done today', 'Hôm nay']);
  });

  test('an admin sees everybody’s work and switches rules off; a member does neither', async ({ page }) => {
    const owner = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const { person, other } = await joined(page, 'member');
    await other.post('/deals/new', {
      form: { name: 'Xe của Lan', stage: 'proposal', company_id: idOf(company) },
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    await postDeal(page, { name: 'Xe tải', company });
    await page.goto('/today');
    await expect(action(page, 'Xe của Lan')).toHaveCount(0);
    await link(page.getByRole('navigation', { name: 'Whose work' }), 'Everybody').click();
    await expect(action(page, 'Xe của Lan')).toHaveCount(1);
    await link(page.getByRole('main'), 'Rules').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Next best actions');
    await formsReady(page, javaScript);
    await button(page.getByRole('main'), 'Switch off: Nothing planned').click();
    await expectNotice(page, 'Nothing planned is switched off');
    await expect(button(page.getByRole('main'), 'Switch on: Nothing planned')).toBeVisible();
    await page.goto('/today');
    await expect(action(page, 'Xe tải')).toContainText('The company has no primary decision-maker');
    await signOut(page, owner);
    await page.goto('/login?next=%2Ftoday%3Fowner%3Dall');
    await fillSignIn(page, person);
    await expect(action(page, 'Xe của Lan')).toHaveCount(1);
    await expect(action(page, 'Xe tải')).toHaveCount(0);
    await expect(page.getByRole('navigation', { name: 'Whose work' })).toHaveCount(0);
    expect((await page.request.get('/settings/next-actions')).status()).toBe(403);
  });

  test('signing in leads to the page that one chose', async ({ page }) => {
    const person = await register(page);
    for (const [label, url] of [['Today', '/today'], ['Deals', '/deals'], ['Dashboard', '/']] as const) {
      await page.goto('/settings/preferences');
      await field(page, 'Start page').selectOption({ label });
      await button(page, 'Save preferences').click();
      await expect(page.getByRole('status')).toContainText('saved');
      await signOut(page, person);
      await page.goto('/login');
      await fillSignIn(page, person);
      await expect(page).toHaveURL(url);
    }
  });
});

test('pressed twice, an action is put off once', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await postDeal(page, { name: 'Xe tải', company });
  await page.goto('/today');
  await formsReady(page);
  await button(await later(page, 'Xe tải'), 'Put off by 3 days').dblclick();
  await expectNotice(page, /Put off until/);
  await expect(action(page, 'Xe tải')).toHaveCount(0);
});

test('what is named in markup is text, and other records stay unknown', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: '<img src=x onerror=alert(1)> 👩‍👩‍👧‍👦' });
  await postDeal(page, { name: '<script>alert(1)</script>', company });
  await page.goto('/today');
  await expect(action(page, '<script>alert(1)</script>')).toContainText('<img src=x');
  const stranger = await browser(page);
  const unknown = '/today/dismiss?record_id=0190c7a0-0000-7000-8000-000000000001&rule=idle&since=1';
  expect((await page.request.get(unknown)).status()).toBe(404);
  expect((await page.request.get('/today/dismiss?rule=idle')).status()).toBe(404);
  expect((await stranger.get('/today', { maxRedirects: 0 })).status()).toBe(303);
});

test('Today fits every width and is accessible @once', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Công ty Cổ phần Đầu tư Xây dựng và Thương mại Xuất nhập khẩu Ánh Dương Quảng Ngãi' });
  for (let number = 0; number < 24; number += 1) {
    await postDeal(page, { name: `Cung cấp xe tải và dịch vụ bảo dưỡng trọn gói cho chi nhánh số ${number}`, company, value: '1500000000', expected_close_date: dayFromToday(number % 3 === 0 ? -number - 1 : 20) });
  }
  await postTask(page, { title: 'Gửi báo giá mới cho anh Đức, kèm bảng so sánh ba phương án vận chuyển '.repeat(2).trim(), due_on: dayFromToday(-3), priority: 'high', company_id: idOf(company) });
  for (const path of ['/today', '/today?owner=all', '/settings/next-actions']) {
    for (const width of WIDTHS) {
      await resize(page, width);
      await page.goto(path);
      await expectNoSidewaysScroll(page);
    }
    await expectAccessible(page);
  }
  await page.goto('/today');
  await expect(page.locator('.next-actions > li')).toHaveCount(20);
  await link(page.getByRole('main'), 'Show more').click();
  await expect(page.locator('.next-actions > li')).toHaveCount(25);
  await page.locator('.next-actions > li').first().locator('summary').click();
  await expectAccessible(page);
});
