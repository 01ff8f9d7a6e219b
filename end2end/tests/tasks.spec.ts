// Tasks: adding, finishing and putting off, the list, the tab of a record, what is next on the board.

import { idOf, picked, postActivity } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { card, openBoard, postDeal } from '../support/deals.ts';
import { filterChip } from '../support/filters.ts';
import { button, expectError, field, fill, link, openForm, sendUnchecked } from '../support/form.ts';
import { formReady, formsReady, waitForListener } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize, WIDTHS } from '../support/layout.ts';
import { MARKUP, TEXTS } from '../support/payloads.ts';
import { register } from '../support/people.ts';
import { dayFromToday, postTask, taskLine, taskList } from '../support/tasks.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** Takes back what was just done. */
async function undo(page: Page, javaScript: boolean): Promise<void> {
  await formsReady(page, javaScript);
  await button(page.getByRole('status'), 'Undo').click();
}

withAndWithoutJavaScript((javaScript) => {
  test('an empty list says what to do, and a task is added from it', async ({ page }) => {
    await register(page);
    await link(page.getByRole('navigation', { name: 'Main' }).first(), 'Tasks').click();
    const main = page.getByRole('main');
    await expect(main).toContainText('Nothing to do. Add what comes next, and by when.');
    await formsReady(page, javaScript);
    const form = await openForm(main, 'New task', 'Add task');
    await fill(form, { Task: 'Gửi báo giá', 'Due day': dayFromToday(1), Time: '09:30', Priority: 'High', Notes: 'Hai phương án' });
    await button(form, 'Add task').click();
    await expectNotice(page, 'Task added');
    await page.goto('/tasks');
    expect(await taskList(page)).toEqual(['Next 7 days', 'Gửi báo giá']);
    await expect(taskLine(page, 'Gửi báo giá')).toContainText('Tomorrow, 09:30');
    await link(main, 'Gửi báo giá').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gửi báo giá');
    await expect(main).toContainText('Hai phương án');
    await expect(main).toContainText('High priority');
  });

  test('the list is in groups by when tasks are due, also over a filter', async ({ page }) => {
    await register(page);
    for (const [title, days] of [['Sau', 30], ['Hôm nay', 0], ['Quá hạn', -2], ['Tuần này', 7]] as const) {
      await postTask(page, { title, due_on: dayFromToday(days) });
    }
    await postTask(page, { title: 'Lúc nào cũng được' });
    await page.goto('/tasks');
    expect(await taskList(page)).toEqual([
      'Overdue', 'Quá hạn', 'Today', 'Hôm nay', 'Next 7 days', 'Tuần này', 'Later', 'Sau', 'No due date', 'Lúc nào cũng được',
    ]);
    await expect(taskLine(page, 'Quá hạn')).toContainText('2 days overdue');
    await link(page.getByRole('main'), 'Overdue').click();
    await expect(page).toHaveURL(/overdue=true/);
    expect(await taskList(page)).toEqual(['Overdue', 'Quá hạn']);
    await page.goBack();
    await expect(page).toHaveURL(/\/tasks$/);
    await page.goto(`/tasks?due_from=${dayFromToday(0)}&due_to=${dayFromToday(7)}`);
    expect(await taskList(page)).toEqual(['Today', 'Hôm nay', 'Next 7 days', 'Tuần này']);
  });

  test('one press finishes a task in the list, and undo opens it again', async ({ page }) => {
    await register(page);
    await postTask(page, { title: 'Gọi lại' });
    await postTask(page, { title: 'Gửi hợp đồng' });
    await page.goto('/tasks?sort=title');
    await formsReady(page, javaScript);
    await button(taskLine(page, 'Gọi lại'), 'Done: Gọi lại').click();
    await expectNotice(page, 'Done: Gọi lại');
    await expect(page).toHaveURL('/tasks?sort=title');
    // What was done today still shows, as finished.
    await expect(button(taskLine(page, 'Gọi lại'), 'Reopen: Gọi lại')).toBeVisible();
    await expect(button(taskLine(page, 'Gửi hợp đồng'), 'Done: Gửi hợp đồng')).toBeVisible();
    await undo(page, javaScript);
    await expectNotice(page, 'Open again: Gọi lại');
    await expect(page).toHaveURL('/tasks?sort=title');
    await expect(button(taskLine(page, 'Gọi lại'), 'Done: Gọi lại')).toBeVisible();
  });

  test('one press puts a task off by a day where it stands', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postTask(page, { title: 'Gọi lại', due_on: dayFromToday(-1), company_id: idOf(company) });
    for (const path of ['/tasks', `${company}?tab=tasks`]) {
      await page.goto(path);
      await formsReady(page, javaScript);
      await button(taskLine(page, 'Gọi lại'), 'Put off by a day: Gọi lại').click();
      await expectNotice(page, 'Put off: tomorrow');
      await expect(page).toHaveURL(path);
      await expect(taskLine(page, 'Gọi lại')).toContainText('Tomorrow');
      await undo(page, javaScript);
      await expectNotice(page, 'Due as before');
      await expect(page).toHaveURL(path);
      await expect(taskLine(page, 'Gọi lại')).toContainText('1 day overdue');
    }
  });

  test('a task is put off, canceled and reopened on its page, each with its undo', async ({ page }) => {
    await register(page);
    const task = await postTask(page, { title: 'Gọi lại', due_on: dayFromToday(0) });
    await page.goto(task);
    await formsReady(page, javaScript);
    const main = page.getByRole('main');
    await main.locator('summary', { hasText: 'Put off' }).click();
    await button(main, 'By 3 days').click();
    await expectNotice(page, 'Put off: in 3 days');
    await expect(main.locator('time.due').first()).toHaveText('in 3 days');
    await undo(page, javaScript);
    await expectNotice(page, 'Due as before');
    await expect(main.locator('time.due').first()).toHaveText('Today');
    await formsReady(page, javaScript);
    await page.getByRole('main').locator('summary[aria-label="More"]').click();
    await button(main, 'Cancel task').click();
    await expectNotice(page, 'Canceled: Gọi lại');
    await expect(button(main, 'Reopen')).toBeVisible();
    await formsReady(page, javaScript);
    await button(main, 'Reopen').click();
    await expectNotice(page, 'Open again: Gọi lại');
    await expect(button(main, 'Done')).toBeVisible();
  });

  test('wrong input is said at its field, and nothing is lost', async ({ page }) => {
    await register(page);
    await page.goto('/tasks/new');
    await fill(page, { Task: ' ', Time: '09:30', Notes: 'Chưa rõ' });
    await sendUnchecked(page, 'Add task');
    await expectError(page, 'Task', /./);
    await expectError(page, 'Due day', /day/);
    await expect(field(page, 'Notes')).toHaveValue('Chưa rõ');
    await expect(field(page, 'Time')).toHaveValue('09:30');
  });

  test('the tab of a deal lists its tasks, and a new one belongs to it', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const deal = await postDeal(page, { name: 'Xe tải', company });
    await page.goto(deal);
    await formsReady(page, javaScript);
    const main = page.getByRole('main');
    await link(main, 'Tasks 0').click();
    await expect(main).toContainText('Nothing to do here.');
    await formsReady(page, javaScript);
    const form = await openForm(main.locator('#tasks'), 'New task', 'Add task');
    await expect.poll(() => picked(form, 'Deal')).toBe('Xe tải, Ánh Dương');
    await fill(form, { Task: 'Gửi báo giá', 'Due day': dayFromToday(-1) });
    await button(form, 'Add task').click();
    await expectNotice(page, 'Task added');
    await page.goto(`${deal}?tab=tasks`);
    await expect(taskLine(page, 'Gửi báo giá')).toContainText('1 day overdue');
    await openBoard(page, javaScript);
    await expect(card(page, 'Xe tải')).toContainText('Task overdue');
    await page.goto(`${company}?tab=tasks`);
    await formsReady(page, javaScript);
    await button(main, 'Done: Gửi báo giá').click();
    await expectNotice(page, 'Done: Gửi báo giá');
    await expect(page).toHaveURL(`${company}?tab=tasks`);
    await openBoard(page, javaScript);
    await expect(card(page, 'Xe tải')).not.toContainText('Task overdue');
  });

  test('what an activity says comes next becomes a task by one press', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const activity = await postActivity(page, { subject: 'Họp', next_steps: 'Gửi báo giá mới', company_id: idOf(company) });
    await page.goto(activity);
    await formsReady(page, javaScript);
    await button(page, 'Make it a task').dblclick();
    await expectNotice(page, 'Task added');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gửi báo giá mới');
    await expect(link(page.getByRole('main'), 'Ánh Dương')).toBeVisible();
    await page.goto('/tasks');
    expect(await taskList(page)).toEqual(['No due date', 'Gửi báo giá mới']);
  });

  test('a task repeats after it is done, and undo takes the next one back', async ({ page }) => {
    await register(page);
    await page.goto('/tasks/new');
    await formsReady(page, javaScript);
    await fill(page, { Task: 'Gọi lại', 'Due day': dayFromToday(0), Repeats: 'Daily' });
    await fill(page, { Every: '3', 'The next one comes': 'After the last one is done', Ends: 'After a number of times' });
    await fill(page, { 'Times in all': '5' });
    await button(page, 'Add task').click();
    await expectNotice(page, 'Task added');
    const main = page.getByRole('main');
    await expect(main).toContainText('3 days after it is done, 5 times');
    await page.goto('/tasks');
    await formsReady(page, javaScript);
    await expect(taskLine(page, 'Gọi lại')).toContainText('Repeats');
    await button(taskLine(page, 'Gọi lại'), 'Done: Gọi lại').click();
    await expectNotice(page, 'Done: Gọi lại. The next one is due: in 3 days');
    expect(await taskList(page)).toEqual(['Today', 'Gọi lại', 'Next 7 days', 'Gọi lại']);
    await undo(page, javaScript);
    await expectNotice(page, 'Open again: Gọi lại. The next one was taken back');
    expect(await taskList(page)).toEqual(['Today', 'Gọi lại']);
  });

  test('a task without a day does not repeat, and each wrong field of the recurrence says so', async ({ page }) => {
    await register(page);
    await page.goto('/tasks/new');
    await formsReady(page, javaScript);
    await fill(page, { Task: 'Gọi lại', Repeats: 'Weekly' });
    await fill(page, { Every: '0', Ends: 'On a day' });
    await sendUnchecked(page, 'Add task');
    await expectError(page, 'Due day', /a task that repeats needs one/);
    await expectError(page, 'Every', /from 1 to 999/);
    await expectError(page, 'Last day', /Write the last day/);
    await expect(field(page, 'Repeats')).toHaveValue('weeks');
    // What doesn't count is out of the way.
    await expect(field(page, 'Times in all')).toBeHidden();
    await fill(page, { Repeats: 'Does not repeat' });
    await expect(field(page, 'Every')).toBeHidden();
  });

  test('one task of a series is changed, or all later ones, or it stops', async ({ page }) => {
    await register(page);
    const task = await postTask(page, { title: 'Gọi lại', due_on: dayFromToday(0), repeat: 'weeks' });
    const main = page.getByRole('main');
    await page.goto(`${task}/edit`);
    await formsReady(page, javaScript);
    await expect(page.getByLabel('Only this task')).toBeChecked();
    await fill(page, { Task: 'Gọi chị Hoa', Every: '2' });
    await button(page, 'Save changes').click();
    await expect(page.getByRole('group', { name: 'Change' })).toContainText('choose “This and all later ones”');
    await formsReady(page, javaScript);
    await page.getByLabel('This and all later ones').check();
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gọi chị Hoa');
    await expect(main).toContainText('Every 2 weeks');
    await expect(main).toContainText('Next one');
    await formsReady(page, javaScript);
    await main.locator('summary[aria-label="More"]').click();
    await button(main, 'Stop repeating').click();
    await expectNotice(page, 'Doesn’t repeat any more: Gọi chị Hoa');
    await expect(main).toContainText('Stopped');
    await undo(page, javaScript);
    await expectNotice(page, 'Repeats again: Gọi chị Hoa');
    await expect(main).not.toContainText('Stopped');
  });

  test('deleting asks whether this one or all later ones', async ({ page }) => {
    await register(page);
    const task = await postTask(page, { title: 'Gọi lại', due_on: dayFromToday(0), repeat: 'days', repeat_mode: 'completion' });
    await page.goto(`${task}/delete`);
    await formsReady(page, javaScript);
    await expect(page.getByRole('main')).toContainText('only this one is deleted');
    await button(page, 'Delete task').click();
    await expectNotice(page, 'Gọi lại was deleted');
    expect(await taskList(page)).toEqual(['Next 7 days', 'Gọi lại']);
    await link(page.getByRole('main'), 'Gọi lại').click();
    await page.goto(`${new URL(page.url()).pathname}/delete`);
    await link(page.getByRole('main'), 'Delete this and all later ones').click();
    await formsReady(page, javaScript);
    await button(page, 'Delete this and later ones').click();
    await expectNotice(page, 'doesn’t repeat any more');
    expect(await taskList(page)).toEqual([]);
    await undo(page, javaScript);
    await expectNotice(page, 'Gọi lại is back');
    await expect(page.getByRole('main')).toContainText('1 day after it is done');
  });

  test('what is typed shows as it was typed @once', async ({ page }) => {
    await register(page);
    for (const title of [...MARKUP.slice(0, 2), ...TEXTS.slice(0, 2)]) {
      const task = await postTask(page, { title });
      await page.goto(task);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(title.trim());
    }
    await page.goto('/tasks?q=quang%20ngai');
    await expect(page.locator('#tasks tbody td.name a.title')).toHaveCount(1);
  });
});

test('T adds a task anywhere, linked to the record whose page is open, and D finishes one @once', async ({ page }) => {
  await register(page);
  const contact = await postContact(page, { name: 'Trần Thị Đào' });
  await page.goto(contact);
  await waitForListener(page, 'keydown');
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'New task' });
  await expect(field(dialog, 'Task')).toBeFocused();
  await expect.poll(() => picked(dialog, 'Contact')).toBe('Trần Thị Đào');
  await page.keyboard.type('Gọi lại');
  await page.keyboard.press('Enter');
  await expectNotice(page, 'Task added');
  await page.goto('/audit');
  await waitForListener(page, 'keydown');
  await page.keyboard.press('t');
  await expect(field(page.getByRole('dialog', { name: 'New task' }), 'Task')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.goto(`/tasks?q=goi`);
  await link(page.getByRole('main'), 'Gọi lại').click();
  await formsReady(page);
  await page.keyboard.press('d');
  await expectNotice(page, 'Done: Gọi lại');
});

test('pressed twice, a task is finished once', async ({ page }) => {
  await register(page);
  const task = await postTask(page, { title: 'Gọi lại' });
  await page.goto('/tasks');
  await formsReady(page);
  await button(page.locator('#tasks'), 'Done: Gọi lại').dblclick();
  await expectNotice(page, 'Done: Gọi lại');
  await page.goto(task);
  await expect(page.getByRole('heading', { name: 'Changes' }).locator('..').getByRole('listitem')).toHaveCount(2);
});

test('somebody else’s edit meanwhile is shown beside one’s own', async ({ page }) => {
  await register(page);
  const task = await postTask(page, { title: 'Gọi lại' });
  await page.goto(`${task}/edit`);
  await formReady(page, true);
  await fill(page, { Task: 'Gọi lại lần hai' });
  const answer = await page.request.post(`${task}/edit`, {
    form: { title: 'Gọi chị Hoa', version: '1' },
    headers: { 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(303);
  await button(page, 'Save changes').click();
  await expect(page.getByRole('alert').first()).toContainText('Gọi chị Hoa');
  await expect(field(page, 'Task')).toHaveValue('Gọi lại lần hai');
});

test('a task is made to repeat by keys alone @once', async ({ page }) => {
  await register(page);
  await page.goto('/tasks/new');
  await formsReady(page);
  await fill(page, { Task: 'Gọi lại', 'Due day': dayFromToday(0) });
  await field(page, 'Repeats').focus();
  await page.keyboard.type('Mon');
  await page.keyboard.press('Tab');
  await expect(field(page, 'Every')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await expectNotice(page, 'Task added');
  await page.goto('/tasks');
  await link(page.getByRole('main'), 'Gọi lại').click();
  await expect(page.getByRole('main')).toContainText('Every 2 months');
});

test('every page of tasks fits every width and is accessible @once', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Công ty Cổ phần Đầu tư Xây dựng và Thương mại Xuất nhập khẩu Ánh Dương Quảng Ngãi' });
  const deal = await postDeal(page, { name: 'Xe tải', company });
  const link = { company_id: idOf(company), deal_id: idOf(deal) };
  const task = await postTask(page, { title: 'Gửi báo giá mới cho anh Đức, kèm bảng so sánh ba phương án vận chuyển '.repeat(2).trim(), due_on: dayFromToday(-3), priority: 'high', ...link });
  await postTask(page, { title: 'Gọi lại', due_on: dayFromToday(0), due_time: '23:59' });
  const repeating = await postTask(page, { title: 'Gọi mỗi tháng', due_on: dayFromToday(0), repeat: 'months', repeat_end: 'until', repeat_until: dayFromToday(900) });
  const series = [repeating, `${repeating}/edit`, `${repeating}/delete`, `${repeating}/delete-later`];
  for (const path of ['/tasks', '/tasks/new', task, `${task}/edit`, `${task}/delete`, ...series, `${deal}?tab=tasks`, '/tasks?q=khong-co']) {
    for (const width of WIDTHS) {
      await resize(page, width);
      await page.goto(path);
      await expectNoSidewaysScroll(page);
    }
    await expectAccessible(page);
  }
  await page.goto('/tasks');
  await filterChip(page, 'Due').click();
  await expectAccessible(page);
});
