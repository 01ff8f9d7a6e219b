// Deals as a list: filters shared with the board, orders, totals, and changes of many.

import { expectNotice, postCompany, textsOf } from '../support/companies.ts';
import { expectColumn, openBoard, postDeal } from '../support/deals.ts';
import { button, fill, link } from '../support/form.ts';
import { expectNoSidewaysScroll, resize, WIDTHS } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

async function four(page: Page): Promise<string> {
  await register(page);
  const one = await postCompany(page, { name: 'Ánh Dương' });
  const two = await postCompany(page, { name: 'Bình Minh' });
  await postDeal(page, { name: 'Xe tải', company: one, value: '300', expected_close_date: '2031-01-05' });
  await postDeal(page, { name: 'Kho lạnh', company: two, value: '1000,50', stage: 'proposal', expected_close_date: '2031-03-01' });
  await postDeal(page, { name: 'Máy MRI', company: two, value: '20', stage: 'negotiation' });
  return postDeal(page, { name: 'Đồng phục', company: one, value: '5', stage: 'closed-won' });
}

const names = (page: Page) => textsOf(page.locator('table.deals td.name > a'));
const choose = (page: Page, name: string) => page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();

withAndWithoutJavaScript((javaScript) => {
  test('one toggle between board and list keeps the filters', async ({ page }) => {
    await four(page);
    await page.goto('/deals?value_min=10&company=binh');
    await link(page, 'List').click();
    await expect(page).toHaveURL(/view=list/);
    await expect.poll(() => names(page)).toEqual(['Kho lạnh', 'Máy MRI']);
    await expect(page.locator('#all-total')).toContainText('2 deals');
    await expect(page.locator('#all-total')).toContainText('1.020,50\u00a0₫');
    // Half of 1.000,50 and three quarters of 20.
    await expect(page.locator('#all-total')).toContainText('weighted 515,25\u00a0₫');
    await link(page, 'Board').click();
    await expect(page).toHaveURL(/company=binh/);
    if (javaScript) await expect(page.locator('#board')).toHaveAttribute('data-ready', '');
    await expectColumn(page, 'proposal', ['Kho lạnh'], '1.000,50');
    await expectColumn(page, 'prospecting', [], '0');
  });

  test('filters are set by the chips and cleared by their crosses', async ({ page }) => {
    await four(page);
    await page.goto('/deals?view=list');
    await expect.poll(() => names(page)).toEqual(['Đồng phục', 'Kho lạnh', 'Máy MRI', 'Xe tải']);
    await page.locator('summary', { hasText: 'Stage' }).first().click();
    await page.getByRole('checkbox', { name: 'Proposal' }).check();
    await page.getByRole('checkbox', { name: 'Negotiation' }).check();
    await page.getByRole('group', { name: 'Stage' }).getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => names(page)).toEqual(['Kho lạnh', 'Máy MRI']);
    await page.locator('summary', { hasText: 'Value' }).first().click();
    await page.getByLabel('At least').fill('1 nghìn');
    await page.getByRole('group', { name: 'Value' }).getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => names(page)).toEqual(['Kho lạnh']);
    await link(page, 'Clear Stage').click();
    await expect.poll(() => names(page)).toEqual(['Kho lạnh']);
    await link(page, 'Clear Value').click();
    await expect.poll(() => names(page)).toHaveLength(4);
    await page.getByRole('searchbox', { name: 'Search deals' }).fill('may');
    await page.getByRole('searchbox', { name: 'Search deals' }).press('Enter');
    await expect(page).toHaveURL(/q=may/);
    await expect.poll(() => names(page)).toEqual(['Máy MRI']);
    await page.goto('/deals?view=list&q=khong-co');
    await expect(page.getByRole('main')).toContainText('No deal matches');
  });

  test('every head sorts, there and back', async ({ page }) => {
    await four(page);
    await page.goto('/deals?view=list');
    for (const [head, first] of [['Value', 'Đồng phục'], ['Company', 'Xe tải'], ['Stage', 'Xe tải'], ['Probability', 'Xe tải'], ['Weighted', 'Đồng phục'], ['Expected close', 'Xe tải'], ['Owner', 'Xe tải']] as const) {
      await page.getByRole('columnheader', { name: head }).getByRole('link').click();
      await expect.poll(async () => (await names(page))[0], { message: head }).toBe(first);
      await expect(page.getByRole('columnheader', { name: head })).toHaveAttribute('aria-sort', 'ascending');
      const up = await names(page);
      await page.getByRole('columnheader', { name: head }).getByRole('link').click();
      // What is missing stays at the end: two have no day.
      const dated = head === 'Expected close' ? 2 : up.length;
      await expect.poll(() => names(page), { message: head }).toEqual([...up.slice(0, dated).toReversed(), ...up.slice(dated).toReversed()]);
    }
  });

  test('many are moved, tagged and deleted at once, and it is said how it went', async ({ page }) => {
    const won = await four(page);
    await page.goto('/deals?view=list&sort=-value');
    await expect(page.locator('.bulk-bar')).toBeHidden();
    await choose(page, 'Xe tải');
    await choose(page, 'Máy MRI');
    await page.locator('.bulk-bar summary', { hasText: 'Stage' }).click();
    await button(page.locator('.bulk-bar'), 'Qualification').click();
    await expectNotice(page, '2 deals changed');
    await expect(page).toHaveURL(/sort=-value/);
    await expect(page.getByRole('row').filter({ hasText: 'Xe tải' })).toContainText('Qualification');

    // A lost stage asks why, and what was chosen stays chosen.
    await choose(page, 'Xe tải');
    await page.locator('.bulk-bar summary', { hasText: 'Stage' }).click();
    await button(page.locator('.bulk-bar'), 'Closed Lost').click();
    await expect(page.getByRole('alert')).toContainText('Say why it was lost');
    await expect(page.getByRole('checkbox', { name: 'Choose Xe tải' })).toBeChecked();
    // In place, the menu with its field is still open.
    if (!javaScript) await page.locator('.bulk-bar summary', { hasText: 'Stage' }).click();
    await page.getByLabel('Reason they were lost').fill('Giá cao');
    await button(page.locator('.bulk-bar'), 'Closed Lost').click();
    await expectNotice(page, '1 deal changed');

    // One that somebody else changed since is left, and named.
    await choose(page, 'Đồng phục');
    await choose(page, 'Kho lạnh');
    await page.request.post(`${won}/move`, { form: { stage: 'closed-won', place: 'bottom', version: '1' }, headers: { 'sec-fetch-site': 'same-origin' } });
    await page.locator('.bulk-bar summary', { hasText: 'Stage' }).click();
    await button(page.locator('.bulk-bar'), 'Negotiation').click();
    await expectNotice(page, '1 deal changed, 1 left: 1 changed by somebody meanwhile');
    await expect(page.getByRole('list', { name: 'Left as they were' })).toContainText('Đồng phục: changed by somebody meanwhile');

    await link(page, 'Go to deals').click();
    await link(page, 'Choose all of this page').click();
    await expect(page.getByRole('checkbox', { name: 'Choose Kho lạnh' })).toBeChecked();
    await button(page.locator('.bulk-bar'), 'Delete').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Delete 4 deals?');
    await link(page, 'Cancel').click();
    await choose(page, 'Kho lạnh');
    await button(page.locator('.bulk-bar'), 'Delete').click();
    await expect(page.getByRole('main')).toContainText('Kho lạnh');
    await button(page.getByRole('main'), 'Delete').click();
    await expectNotice(page, '1 deal deleted');
    await expect.poll(() => names(page)).not.toContain('Kho lạnh');
  });

  test('a press on a stage of its page moves the deal', async ({ page }) => {
    const deal = await four(page);
    await page.goto(deal);
    await expect(page.locator('.stepper [aria-current=step]')).toHaveText('Closed Won');
    await page.getByRole('button', { name: 'Move to Proposal' }).click();
    await expectNotice(page, '“Đồng phục” moved to Proposal');
    await expect(page).toHaveURL(deal);
    await expect(page.locator('.stepper [aria-current=step]')).toHaveText('Proposal');
    await page.locator('.stepper').getByRole('link', { name: 'Closed Lost' }).click();
    await fill(page, { 'Reason it was lost': 'Giá cao' });
    await button(page, 'Move deal').click();
    await expectNotice(page, /moved to Closed Lost/);
    await expect(page).toHaveURL(deal);
    await expect(page.getByRole('main')).toContainText('Giá cao');
    await link(page.getByRole('navigation', { name: 'Parts of this deal' }), 'History 4').click();
    for (const entry of ['Moved from Proposal to Closed Lost', 'Reason it was lost: Giá cao', 'Moved from Closed Won to Proposal', 'Created in Closed Won']) await expect(page.getByRole('main')).toContainText(entry);
  });
});

test('the list turns its pages, with the totals of each and of all', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Nhiều' });
  for (let i = 1; i <= 25; i += 1) await postDeal(page, { name: `Deal ${String(i).padStart(2, '0')}`, company, value: '1000' });
  await page.goto('/deals?view=list');
  await expect(page.locator('#page-total')).toContainText('20.000\u00a0₫');
  await expect(page.locator('#all-total')).toContainText('25.000\u00a0₫');
  await link(page, 'Next').click();
  await expect.poll(() => names(page)).toHaveLength(5);
  await expect(page.locator('#page-total')).toContainText('5.000\u00a0₫');
  for (const nonsense of ['?view=map', '?tag=x', '?value_min=abc']) {
    expect((await page.request.get(`/deals${nonsense}`)).status(), nonsense).toBe(400);
  }
});

test('the list fits its window, whatever its width @once', async ({ page }) => {
  await four(page);
  for (const width of WIDTHS) {
    await resize(page, width);
    await page.goto('/deals?view=list');
    await expectNoSidewaysScroll(page);
    await expect(link(page.locator('table.deals .name'), 'Kho lạnh')).toBeVisible();
  }
  await openBoard(page);
});
