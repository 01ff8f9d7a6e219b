// The board with others at work on it: what they do appears without a reload, and takes nothing away from whoever is busy.

import { expectNotice, postCompany } from '../support/companies.ts';
import { card, cards, dragAndHold, column, drag, expectColumn, expectTotals, openBoard, postDeal } from '../support/deals.ts';
import { button, link, postDelete } from '../support/form.ts';
import { fillSignIn, register } from '../support/people.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Two browsers of one workspace, both on a board with A and B in Prospecting and P in Proposal; the other one perhaps on another server process. */
async function together(page: Page, elsewhere?: string): Promise<{ other: Page; company: string; close: () => Promise<void> }> {
  const person = await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await postDeal(page, { name: 'B', company, value: '20' });
  await postDeal(page, { name: 'A', company, value: '100' });
  await postDeal(page, { name: 'P', company, value: '5000', stage: 'proposal' });
  const context = await page.context().browser()!.newContext({ baseURL: elsewhere ?? new URL(page.url()).origin, reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
  const other = await context.newPage();
  await other.goto('/login');
  await fillSignIn(other, person);
  await expect(other).not.toHaveURL(/login/);
  await openBoard(other);
  await openBoard(page);
  return { other, company, close: () => context.close() };
}

test('moves, new deals, edits and deletions of others appear by themselves within a second', async ({ page }) => {
  const { other, company, close } = await together(page);
  await drag(other, 'A', 'proposal', 'bottom');
  await expectNotice(other, '“A” moved to Proposal');
  await expect.poll(() => cards(page, 'proposal'), { timeout: 1_000 }).toEqual(['P', 'A']);
  await expectTotals(page, 'proposal', 2, '5.100');
  await expectTotals(page, 'prospecting', 1, '20');

  const made = await postDeal(other, { name: 'Mới', company, value: '7', stage: 'negotiation' });
  await expect.poll(() => cards(page, 'negotiation'), { timeout: 1_000 }).toEqual(['Mới']);
  await expect(page.locator('#open-value')).toHaveText('5.127\u00a0₫');

  const form = { name: 'Đã sửa', value: '9', stage: 'negotiation', company_id: company.split('/').pop()!, version: '1' };
  await other.request.post(`${made}/edit`, { form, headers: { 'sec-fetch-site': 'same-origin' } });
  await expect.poll(() => cards(page, 'negotiation'), { timeout: 1_000 }).toEqual(['Đã sửa']);
  await expectTotals(page, 'negotiation', 1, '9');

  await postDelete(other, made, '2');
  await expect.poll(() => cards(page, 'negotiation'), { timeout: 1_000 }).toEqual([]);
  // What came can be moved like what was there.
  await drag(page, 'A', 'qualification');
  await expectNotice(page, '“A” moved to Qualification');
  await expect.poll(() => cards(other, 'qualification')).toEqual(['A']);
  await close();
});

test('across two server processes on one database it takes no longer, either way @postgres', async ({ page, server }) => {
  const second = await server.startSecondProcess();
  const { other, close } = await together(page, second.url);
  for (const [one, another, name, stage] of [[other, page, 'A', 'qualification'], [page, other, 'B', 'negotiation']] as const) {
    await dragAndHold(one, name, stage);
    const begun = performance.now();
    await one.mouse.up();
    await expect.poll(() => cards(another, stage), { intervals: [20] }).toEqual([name]);
    expect(performance.now() - begun, 'milliseconds from the drop on').toBeLessThan(1_000);
    await expectTotals(another, stage, 1, name === 'A' ? '100' : '20');
  }
  await close();
  await second.remove();
});

test('the focus stays where it was, on the card it was on', async ({ page }) => {
  const { other, close } = await together(page);
  await link(card(page, 'B'), 'B').focus();
  await drag(other, 'B', 'proposal', 'bottom');
  await expect.poll(() => cards(page, 'proposal')).toEqual(['P', 'B']);
  await expect(link(card(page, 'B'), 'B')).toBeFocused();
  await close();
});

test('a drag under way is not disturbed; what came meanwhile is shown after it', async ({ page }) => {
  const { other, close } = await together(page);
  await dragAndHold(page, 'A', 'qualification');
  await drag(other, 'B', 'proposal', 'bottom');
  await expectNotice(other, '“B” moved to Proposal');
  // The news is here and waits.
  expect(await cards(page, 'prospecting')).toEqual(['A', 'B']);
  await page.mouse.up();
  await expectNotice(page, '“A” moved to Qualification');
  await expectColumn(page, 'proposal', ['P', 'B'], '5.020');
  await expectColumn(page, 'qualification', ['A'], '100');
  await expectColumn(other, 'qualification', ['A'], '100');
  await close();
});

test('two drag the same card: one wins, the other is told, both see the truth', async ({ page, expectedMessages }) => {
  expectedMessages.push(/status of 409/);
  const { other, close } = await together(page);
  await dragAndHold(page, 'A', 'qualification');
  await dragAndHold(other, 'A', 'negotiation');
  await other.mouse.up();
  await expectNotice(other, '“A” moved to Negotiation');
  await page.mouse.up();
  await expectNotice(page, /“A” was not moved\. Somebody else changed it meanwhile/);
  for (const tab of [page, other]) {
    await expectColumn(tab, 'negotiation', ['A'], '100');
    await expectColumn(tab, 'prospecting', ['B'], '20');
    await expectColumn(tab, 'qualification', [], '0');
  }
  await close();
});

test('a tab that was away learns what it missed', async ({ page, expectedMessages }) => {
  expectedMessages.push(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_FAILED/);
  const { other, close } = await together(page);
  await page.context().setOffline(true);
  await drag(other, 'A', 'proposal');
  await expectNotice(other, '“A” moved to Proposal');
  await page.context().setOffline(false);
  // A browser that is online again comes back by itself; a tab that is looked at again does so at once.
  await page.evaluate(() => {
    for (const state of ['hidden', 'visible']) {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }
  });
  await expectColumn(page, 'proposal', ['A', 'P'], '5.100');
  await close();
});

test('under a filter only what matches appears, and the totals are over what matches', async ({ page }) => {
  const { other, company, close } = await together(page);
  await page.goto('/deals?value_min=50');
  await expect(page.locator('#board')).toHaveAttribute('data-ready', '');
  await expectColumn(page, 'prospecting', ['A'], '100');
  await postDeal(other, { name: 'Nhỏ', company, value: '5' });
  await postDeal(other, { name: 'Lớn', company, value: '60' });
  await expectColumn(page, 'prospecting', ['Lớn', 'A'], '160');
  await drag(page, 'Lớn', 'proposal');
  await expectNotice(page, '“Lớn” moved to Proposal');
  await expectColumn(page, 'proposal', ['Lớn', 'P'], '5.060');
  await expectColumn(page, 'prospecting', ['A'], '100');
  // Only Prospecting: what leaves it goes out of sight, and comes back by Undo.
  await page.goto('/deals?stage=prospecting');
  await expect(page.locator('#board')).toHaveAttribute('data-ready', '');
  await expect(column(page, 'proposal')).toBeHidden();
  await card(page, 'A').locator('[data-move]').click();
  await page.locator('#move-menu').getByRole('button', { name: 'Negotiation' }).click();
  await expectNotice(page, '“A” moved to Negotiation');
  await expect(card(page, 'A')).toBeHidden();
  await button(page.getByRole('status'), 'Undo').click();
  await expect(card(page, 'A')).toBeVisible();
  await close();
});

test('an empty board fills when somebody adds the first deal', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await page.goto('/deals');
  await expect(page.locator('#board')).toHaveAttribute('data-ready', '');
  await postDeal(page, { name: 'Đầu tiên', company });
  await expect(column(page, 'prospecting').locator('h3')).toHaveText(['Đầu tiên']);
});
