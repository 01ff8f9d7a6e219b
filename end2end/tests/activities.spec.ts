// Activities: logging, the timeline, the list, notes, edits, the lock, the quick log.

import { entries, idOf, openQuickLog, picked, postActivity, quickLog, subjects, timeline } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { filterChip } from '../support/filters.ts';
import { button, expectError, field, fill, link, postDelete, sendUnchecked } from '../support/form.ts';
import { formReady, waitForListener } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize, WIDTHS } from '../support/layout.ts';
import { MARKUP, TEXTS } from '../support/payloads.ts';
import { register } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript((javaScript) => {
  test('an empty list says what to do', async ({ page }) => {
    await register(page);
    await link(page.getByRole('navigation', { name: 'Main' }).first(), 'Activities').click();
    const main = page.getByRole('main');
    await expect(main).toContainText('Nothing logged yet');
    await expect(link(main, 'Log activity')).toHaveCount(2);
  });

  test('a call, a meeting and an email are logged, and seen in order of time on the company’s timeline', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    for (const [type, subject, date] of [
      ['Call', 'Báo giá quý 1', '2026-03-02T09:30'],
      ['Meeting', 'Thăm nhà máy', '2026-03-04T14:00'],
      ['Email', 'Gửi hợp đồng', '2026-03-02T23:30'],
    ] as const) {
      await page.goto(`/activities/new?company_id=${idOf(company)}`);
      await expect.poll(() => picked(page, 'Company')).toBe('Ánh Dương');
      await expect(field(page, 'When')).toHaveValue(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
      await fill(page, { Type: type, Subject: subject, When: date, Minutes: '90', Outcome: 'Đồng ý' });
      await button(page, 'Log activity').click();
      await expectNotice(page, `${type} logged`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(subject);
    }
    await page.goto(company);
    const logged = (await entries(page)).filter((text) => !text.startsWith('Company added'));
    expect(logged).toEqual(['Meeting: Thăm nhà máy · 1 h 30 min', 'Email: Gửi hợp đồng · 1 h 30 min', 'Call: Báo giá quý 1 · 1 h 30 min']);
    // 23:30 in Ho Chi Minh City is still 2 March, though 3 March has not begun in UTC by then either way.
    const day = timeline(page).locator('[data-day="2026-03-02"]');
    await expect(day.getByRole('heading')).toHaveText('Monday 2 March');
    await expect(day.getByRole('listitem')).toHaveCount(2);
    await expect(day.getByRole('listitem').first()).toContainText('23:30');
  });

  test('half past eleven at night belongs to its own day, as midnight does to the next', async ({ page }) => {
    await register(page);
    await postActivity(page, { subject: 'Late', date: '2026-03-02T23:30' });
    await postActivity(page, { subject: 'Early', date: '2026-03-03T00:15' });
    await page.goto('/activities?from=2026-03-02&to=2026-03-02');
    expect(await subjects(page)).toEqual(['Late']);
    await expect(page.getByRole('rowheader')).toHaveText('Monday 2 March');
    await page.goto('/activities?from=2026-03-03&to=2026-03-03');
    expect(await subjects(page)).toEqual(['Early']);
  });

  test('choosing a deal fills in its company', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postCompany(page, { name: 'Bình Minh' });
    await postDeal(page, { name: 'Xe tải', company });
    await page.goto('/activities/new');
    await formReady(page, javaScript);
    await fill(page, { Subject: 'Báo giá', Deal: 'Xe tải, Ánh Dương' });
    if (javaScript) await expect.poll(() => picked(page, 'Company')).toBe('Ánh Dương');
    await expect(field(page, 'Subject')).toHaveValue('Báo giá');
    await button(page, 'Log activity').click();
    await expectNotice(page, 'Call logged');
    await expect(link(page.getByRole('main'), 'Ánh Dương')).toBeVisible();
    await expect(link(page.getByRole('main'), 'Xe tải')).toBeVisible();
  });

  test('every field comes back as it was typed', async ({ page }) => {
    await register(page);
    const typed = {
      Subject: `${'Gặp ở Đường'.normalize('NFD')} 👩‍👩‍👧‍👦 <script>alert(1)</script>`,
      Description: 'Dòng một\nDòng hai </textarea><script>alert(1)</script>',
      Outcome: 'Đồng ý "giá" <b>mới</b>',
      'Next steps': 'Gửi hợp đồng & phụ lục',
      Minutes: '45',
    };
    await page.goto('/activities/new');
    await fill(page, typed);
    await button(page, 'Log activity').click();
    await expectNotice(page, 'Call logged');
    const main = page.getByRole('main');
    for (const text of Object.values(typed).slice(0, 4)) await expect(main).toContainText(text.normalize('NFC'), { useInnerText: true });
    await page.goto(`${page.url()}/edit`);
    for (const [label, text] of Object.entries(typed)) await expect(field(page, label)).toHaveValue(text.normalize('NFC'));
  });

  test('wrong fields are named, nothing typed is lost, nothing is saved', async ({ page }) => {
    await register(page);
    await page.goto('/activities/new');
    await formReady(page, javaScript);
    await fill(page, { Subject: '  ', Minutes: 'half an hour', Description: 'kept', Outcome: 'x'.repeat(256) });
    await button(page, 'Log activity').click();
    if (javaScript) await expect(field(page, 'Subject')).toBeFocused();
    else await expect(page.getByRole('alert')).toContainText('3 fields need another look');
    await expectError(page, 'Subject', 'Write what it was about');
    await expectError(page, 'Minutes', /Write a whole number of minutes/);
    await expectError(page, 'Outcome', 'Write at most 255 characters; there are 256');
    await expect(field(page, 'Description')).toHaveValue('kept');
    await page.goto('/activities');
    await expect(page.getByRole('main')).toContainText('Nothing logged yet');
  });

  test('follow-up notes are added, with author and time', async ({ page }) => {
    const person = await register(page);
    const path = await postActivity(page, { subject: 'Báo giá' });
    await page.goto(path);
    await fill(page, { 'Add a note': '  ' });
    await button(page, 'Add note').click();
    await expectError(page, 'Add a note', /Write the note/);
    for (const note of ['Đã gửi\nhợp đồng 🙂', '<script>alert(1)</script>']) {
      await fill(page, { 'Add a note': note });
      await button(page, 'Add note').click();
      await expectNotice(page, 'Note added');
    }
    const notes = page.locator('#notes').getByRole('listitem');
    await expect(notes).toHaveCount(2);
    await expect(notes.first()).toContainText('Đã gửi\nhợp đồng 🙂', { useInnerText: true });
    await expect(notes.first()).toContainText(person.name);
    await expect(notes.first()).toContainText('just now');
    await expect(notes.last()).toContainText('<script>alert(1)</script>');
    await expect(notes.getByRole('button')).toHaveCount(0);
  });

  test('the list filters by type, days and records, and turns round', async ({ page }) => {
    await register(page);
    const company = idOf(await postCompany(page, { name: 'Ánh Dương' }));
    await postActivity(page, { subject: 'one', type: 'call', date: '2026-03-01T09:00', company_id: company });
    await postActivity(page, { subject: 'two', type: 'email', date: '2026-03-02T09:00' });
    await postActivity(page, { subject: 'three', type: 'meeting', date: '2026-03-03T09:00', company_id: company });
    await page.goto('/activities');
    expect(await subjects(page)).toEqual(['three', 'two', 'one']);
    const filter = (label: string) => filterChip(page, label);
    await filter('Type').locator('summary').click();
    await filter('Type').getByRole('checkbox', { name: 'Call' }).check();
    await filter('Type').getByRole('checkbox', { name: 'Email' }).check();
    await button(filter('Type'), 'Apply').click();
    await expect(page).toHaveURL(/type=call&type=email/);
    expect(await subjects(page)).toEqual(['two', 'one']);
    await filter('Date').locator('summary').click();
    await fill(filter('Date'), { 'First day': '2026-03-02', 'Last day': '2026-03-03' });
    await button(filter('Date'), 'Apply').click();
    await expect(page).toHaveURL(/from=2026-03-02/);
    expect(await subjects(page)).toEqual(['two']);
    await link(page, 'Clear Type').click();
    await expect.poll(() => subjects(page)).toEqual(['three', 'two']);
    await page.goto(`/activities?company_id=${company}`);
    expect(await subjects(page)).toEqual(['three', 'one']);
    await link(page.getByRole('columnheader', { name: 'Time' }), 'Time').click();
    await expect(page.getByRole('columnheader', { name: 'Time' })).toHaveAttribute('aria-sort', 'ascending');
    expect(await subjects(page)).toEqual(['one', 'three']);
    await link(page, 'Clear Company Ánh Dương').click();
    await expect.poll(() => subjects(page)).toEqual(['one', 'two', 'three']);
    await page.goto('/activities?type=sms');
    await expect(page.getByRole('main')).toContainText('No activity matches this search and these filters');
  });

  test('twenty a page, with the total, forth and back', async ({ page }) => {
    await register(page);
    for (let i = 1; i <= 21; i += 1) await postActivity(page, { subject: `Call ${i}`, date: `2026-03-${String(i).padStart(2, '0')}T09:00` });
    await page.goto('/activities');
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await expect(pages).toContainText('1-20 of 21');
    await link(pages, 'Next').click();
    await expect(pages).toContainText('21-21 of 21');
    expect(await subjects(page)).toEqual(['Call 1']);
    await page.goto('/activities?page=99');
    await expect(page.getByRole('main')).toContainText('There is no page 99; the list has 2 pages');
  });

  test('changes are saved and told on the page', async ({ page }) => {
    await register(page);
    const path = await postActivity(page, { subject: 'Báo giá' });
    await page.goto(`${path}/edit`);
    await fill(page, { Type: 'Meeting', Subject: 'Báo giá lần hai' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    const changes = page.getByRole('heading', { name: 'Changes' }).locator('..');
    await expect(changes).toContainText('Báo giá → Báo giá lần hai');
    await expect(changes).toContainText('Call → Meeting');
    await expect(changes).not.toContainText('When');
  });

  test('two people editing: the second sees both versions and chooses', async ({ page, context }) => {
    await register(page);
    const path = await postActivity(page, { subject: 'Hai người' });
    const second = await context.newPage();
    for (const each of [page, second]) await each.goto(`${path}/edit`);
    await fill(page, { Subject: 'Người thứ nhất' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await fill(second, { Subject: 'Người thứ hai' });
    await button(second, 'Save changes').click();
    await expect(second.getByRole('alert')).toContainText('Người thứ nhất');
    await expect(field(second, 'Subject')).toHaveValue('Người thứ hai');
    await button(second, 'Save changes').click();
    await expectNotice(second, 'Changes saved');
    await expect(second.getByRole('heading', { level: 1 })).toHaveText('Người thứ hai');
  });

  test('what was deleted can be brought back', async ({ page }) => {
    await register(page);
    const path = await postActivity(page, { subject: 'Tạm thời' });
    await page.goto(path);
    await link(page, 'Delete').click();
    await expect(page.getByRole('heading', { name: 'Delete “Tạm thời”?' })).toBeVisible();
    await button(page, 'Delete activity').click();
    await expectNotice(page, 'Activity deleted');
    await expect(page.getByRole('main')).toContainText('Nothing logged yet');
    await button(page.getByRole('status'), 'Undo').click();
    await expectNotice(page, 'Activity restored');
    await expect(page).toHaveURL(path);
  });

  test('a locked activity takes notes and nothing else', async ({ page }) => {
    await register(page);
    const path = await postActivity(page, { subject: 'Báo giá' });
    await page.goto('/settings/workspace');
    await page.getByLabel('Lock activities once logged').check();
    await button(page, 'Save settings').click();
    await expectNotice(page, 'Settings saved');
    await expect(page.getByLabel('Lock activities once logged')).toBeChecked();
    await page.goto(path);
    await expect(page.getByRole('main')).toContainText('Locked');
    await expect(link(page, 'Edit')).toHaveCount(0);
    await expect(link(page, 'Delete')).toHaveCount(0);
    const refused = await page.request.post(`${path}/edit`, { form: { type: 'call', subject: 'X', version: '1' }, headers: { 'sec-fetch-site': 'same-origin' } });
    expect(refused.status()).toBe(403);
    await fill(page, { 'Add a note': 'Vẫn thêm được' });
    await button(page, 'Add note').click();
    await expectNotice(page, 'Note added');
  });

  test('older entries of a timeline come on demand', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    for (let i = 1; i <= 45; i += 1) {
      await postActivity(page, { subject: `Call ${i}`, company_id: idOf(company), date: `2026-03-${String(Math.ceil(i / 2)).padStart(2, '0')}T${i % 2 ? '09' : '10'}:00` });
    }
    await page.goto(`${company}?tab=activities`);
    const shown = Array.from({ length: 45 }, (_, i) => `Call: Call ${45 - i}`);
    await expect.poll(() => entries(page)).toEqual(shown.slice(0, 20));
    const older = link(timeline(page), 'Show older entries');
    if (javaScript) {
      await waitForListener(page, 'click');
      await older.click();
      await expect.poll(() => entries(page)).toEqual(shown.slice(0, 40));
      await expect(timeline(page).getByRole('listitem').nth(20)).toBeFocused();
      await older.click();
      await expect.poll(() => entries(page)).toEqual(shown);
      await expect(older).toHaveCount(0);
      // No day is there twice.
      const days = await timeline(page).getByRole('heading').allTextContents();
      expect(new Set(days).size).toBe(days.length);
    } else {
      await older.click();
      await expect.poll(() => entries(page)).toEqual(shown.slice(20, 40));
      await older.click();
      await expect.poll(() => entries(page)).toEqual(shown.slice(40));
      await link(timeline(page), 'Newest entries').click();
      await expect.poll(() => entries(page)).toEqual(shown.slice(0, 20));
    }
  });

  test('stage changes and key edits stand in the timeline beside what was said', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const deal = await postDeal(page, { name: 'Xe tải', company, value: '800 triệu' });
    await page.goto(`${deal}/move`);
    await page.locator('select[name=stage]').selectOption('negotiation');
    await page.locator('main form button').last().click();
    await expectNotice(page, 'moved to Negotiation');
    await postActivity(page, { subject: 'Báo giá', deal_id: idOf(deal) });
    await page.goto(company);
    await expect(timeline(page)).toContainText('Moved to Negotiation Xe tải');
    await expect(timeline(page)).toContainText('Call: Báo giá · Xe tải');
    await page.goto(deal);
    await expect(timeline(page)).toContainText('Moved to Negotiation');
    await expect(timeline(page)).toContainText('Call: Báo giá');
    await link(page.getByRole('main'), 'Log activity').first().click();
    if (javaScript) await expect(await quickLog(page)).toContainText('About the deal Xe tải');
    else await expect(field(page, 'Deal')).toHaveValue(idOf(deal));
  });
});

test('the log button leads to the whole form without JavaScript', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await register(page);
  await link(page.getByRole('banner'), 'Log').click();
  await expect(page).toHaveURL('/activities/new');
  await context.close();
});

test('logging from a company’s page takes three clicks at most', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await page.goto(company);
  await page.evaluate(() => {
    const counted = window as Window & { clicks?: number };
    counted.clicks = 0;
    document.addEventListener('pointerdown', () => { counted.clicks = (counted.clicks ?? 0) + 1; }, true);
  });
  const dialog = await openQuickLog(page, page.getByRole('main'), 'Log activity');
  await expect(field(dialog, 'With')).toHaveValue('Ánh Dương');
  await expect(field(dialog, 'Subject')).toBeFocused();
  await dialog.getByText('Meeting', { exact: true }).click();
  await field(dialog, 'Subject').fill('Thăm nhà máy');
  await button(dialog, 'Log activity').click();
  await expectNotice(page, /logged/);
  await expect.poll(() => entries(page)).toContain('Meeting: Thăm nhà máy');
  await expect(page).toHaveURL(company);
  expect(await page.evaluate(() => (window as Window & { clicks?: number }).clicks)).toBeLessThanOrEqual(3);
});

test('logging from a contact’s page takes three clicks at most', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  const made = await page.request.post('/contacts/new', { form: { name: 'Trần Thị Đào', company_id: idOf(company) }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  const contact = made.headers()['location'] ?? '';
  await page.goto(contact);
  let clicks = 0;
  const dialog = await openQuickLog(page, page.getByRole('main'), 'Log activity');
  clicks += 1;
  await expect(field(dialog, 'With')).toHaveValue('Trần Thị Đào');
  await page.keyboard.type('Gọi về hợp đồng');
  await button(dialog, 'Log activity').click();
  clicks += 1;
  await expect.poll(() => entries(page)).toContain('Call: Gọi về hợp đồng');
  expect(clicks).toBeLessThanOrEqual(3);
  await page.goto(company);
  await expect.poll(() => entries(page)).toContain('Call: Gọi về hợp đồng with Trần Thị Đào');
});

test('the quick log by the keyboard alone', async ({ page }) => {
  await register(page);
  await postCompany(page, { name: 'Ánh Dương Logistics' });
  await postCompany(page, { name: 'Ánh Dương Foods' });
  await page.goto('/activities');
  await waitForListener(page, 'keydown');
  await link(page.getByRole('main'), 'Log activity').first().focus();
  await page.keyboard.press('l');
  const dialog = await quickLog(page);
  await expect(field(dialog, 'With')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowRight');
  await expect(dialog.getByRole('radio', { name: 'Email' })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.type('anh duong');
  await expect(dialog.getByRole('option')).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(field(dialog, 'With')).toHaveValue('Ánh Dương Logistics');
  while (!(await field(dialog, 'Subject').evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.type('Gửi báo giá');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toHaveCount(0);
  await expectNotice(page, /logged/);
  await expect.poll(() => subjects(page)).toEqual(['Gửi báo giá']);
  await expect(page.getByRole('table')).toContainText('Ánh Dương Logistics');
});

test('the focus returns to where it was, and Escape logs nothing', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await page.goto(company);
  await waitForListener(page, 'keydown');
  const edit = link(page.getByRole('main'), 'Edit');
  await edit.focus();
  await page.keyboard.press('L');
  const dialog = await quickLog(page);
  await expect(field(dialog, 'Subject')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(edit).toBeFocused();
  await page.keyboard.press('l');
  await field(await quickLog(page), 'Subject').fill('Gọi lại');
  await page.keyboard.press('Enter');
  await expect.poll(() => entries(page)).toContain('Call: Gọi lại');
  await expect(edit).toBeFocused();
  await expect(page.locator('#figures')).toContainText('1 activity');
});

test('L pressed in the moment a dialog closes opens the next one', async ({ page }) => {
  await register(page);
  await page.goto('/companies');
  await waitForListener(page, 'keydown');
  await link(page.getByRole('main'), 'New company').first().focus();
  await page.keyboard.press('l');
  await quickLog(page);
  // The browser tells of a closed dialog a frame later: both happen here before it does.
  await page.evaluate(() => {
    document.querySelector<HTMLDialogElement>('dialog[open]')!.close();
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', bubbles: true, cancelable: true }));
  });
  await expect(field(await quickLog(page), 'Subject')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('L is a letter where one types, and not a key with Control', async ({ page }) => {
  await register(page);
  await page.goto('/companies');
  await waitForListener(page, 'keydown');
  await page.getByRole('main').getByRole('searchbox').focus();
  await page.keyboard.type('l');
  await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue('l');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Alt+l');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('what is wrong in the quick log is said at the field, and nothing typed is lost', async ({ page }) => {
  await register(page);
  await postCompany(page, { name: 'Ánh Dương Logistics' });
  const foods = await postCompany(page, { name: 'Ánh Dương Foods' });
  await page.goto('/companies');
  const dialog = await openQuickLog(page, page.getByRole('banner'), 'Log');
  await button(dialog, 'Log activity').click();
  await expectError(dialog, 'Subject', 'Write what it was about');
  await field(dialog, 'Subject').fill('Báo giá <script>alert(1)</script>');
  await field(dialog, 'With').fill('Không Ai');
  await expect(dialog.getByRole('option')).toHaveText('No match');
  await field(dialog, 'With').fill('duong');
  await dialog.getByRole('option', { name: 'Ánh Dương Foods' }).click();
  // Somebody deletes the company meanwhile.
  await postDelete(page, foods);
  await button(dialog, 'Log activity').click();
  await expectError(dialog, 'With', /Choose a company from the list/);
  await expect(field(dialog, 'Subject')).toHaveValue('Báo giá <script>alert(1)</script>');
  await field(dialog, 'With').fill('duong');
  await dialog.getByRole('option', { name: 'Ánh Dương Logistics' }).click();
  await button(dialog, 'Log activity').click();
  await expectNotice(page, /logged/);
  await link(page.getByRole('status'), 'Open').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Báo giá <script>alert(1)</script>');
});

test('the whole form takes over what the quick log has', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await page.goto(company);
  const dialog = await openQuickLog(page, page.getByRole('main'), 'Log activity');
  await dialog.getByText('Email', { exact: true }).click();
  await field(dialog, 'Subject').fill('Hợp đồng');
  await button(dialog, 'All fields').click();
  await expect(page).toHaveURL(/\/activities\/new\?/);
  await expect(field(page, 'Subject')).toHaveValue('Hợp đồng');
  await expect(field(page, 'Type')).toHaveValue('email');
  await expect.poll(() => picked(page, 'Company')).toBe('Ánh Dương');
});

test('markup in every field of an activity is text wherever it is shown @once', async ({ page }) => {
  test.slow();
  await register(page);
  const company = await postCompany(page, { name: '"><script>alert(1)</script>' });
  for (const payload of [...MARKUP, ...TEXTS]) {
    const text = payload.normalize('NFC').trim();
    const path = await postActivity(page, { subject: payload, description: payload, outcome: payload, next_steps: payload, company_id: idOf(company) });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(text, { useInnerText: true });
    await page.goto(`${path}/edit`);
    for (const label of ['Subject', 'Description', 'Outcome', 'Next steps']) await expect(field(page, label)).toHaveValue(text);
  }
  for (const path of ['/activities', '/activities?page=2', company, `${company}?tab=activities`, `/activities/new?subject=${encodeURIComponent('"><script>alert(1)</script>')}`]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
});

test('a refused form gives markup back as text @once', async ({ page }) => {
  await register(page);
  await page.goto('/activities/new');
  const typed = { Description: '</textarea><script>alert(1)</script>', Outcome: '" onfocus="alert(1)" autofocus "', Minutes: '<svg onload=alert(1)>' };
  await fill(page, typed);
  await sendUnchecked(page, 'Log activity');
  for (const [label, text] of Object.entries(typed)) await expect(field(page, label)).toHaveValue(text);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, and nothing is wider than its window, ${scheme} @once`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await register(page);
    const company = await postCompany(page, { name: 'Công ty Cổ phần Đường Quảng Ngãi và Dịch vụ Vận tải Miền Trung Tây Nguyên' });
    const deal = await postDeal(page, { name: 'Xe tải đông lạnh', company, value: '1,5 tỷ' });
    const path = await postActivity(page, { subject: 'Báo giá '.repeat(30), description: 'x'.repeat(300), next_steps: 'Gửi', outcome: 'Đồng ý', deal_id: idOf(deal), duration_minutes: '15' });
    await page.request.post(`${path}/notes`, { form: { body: 'Đã gửi' }, headers: { 'sec-fetch-site': 'same-origin' } });
    const made = await page.request.post('/contacts/new', { form: { name: 'Trần Thị Đào', company_id: idOf(company) }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
    const contact = made.headers()['location'] ?? '';
    await postActivity(page, { subject: 'Gọi', contact_id: idOf(contact) });
    for (const width of WIDTHS) {
      await resize(page, width);
      for (const each of [contact, '/activities', '/activities?type=sms', '/activities/new', '/activities/quick', path, `${path}/edit`, `${path}/delete`, company, `${company}?tab=activities`, deal, '/settings/workspace']) {
        await page.goto(each);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
      await page.goto(company);
      await openQuickLog(page, page.getByRole('main'), 'Log activity');
      await expectAccessible(page);
    }
  });
}
