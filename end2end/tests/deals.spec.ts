// Deals: their board and how cards are moved on it, their form, their page.

import { addCompany, expectNotice, postCompany } from '../support/companies.ts';
import { addDeal, boundingBoxOf, card, cards, dragAndHold, center, column, drag, expectColumn, expectTotals, openBoard, postDeal } from '../support/deals.ts';
import { button, expectError, field, fill, link, openForm } from '../support/form.ts';
import { formReady } from '../support/islands.ts';
import { expectNoLayoutShift, expectNoSidewaysScroll, resize, watchLayoutShifts, WIDTHS } from '../support/layout.ts';
import { register, newPerson } from '../support/people.ts';
import { finger } from '../support/pointers.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** A board with three deals in Prospecting (A on top) and one in Proposal. */
async function boardOfFour(page: Page): Promise<void> {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await postDeal(page, { name: 'C', company, value: '3' });
  await postDeal(page, { name: 'B', company, value: '20' });
  await postDeal(page, { name: 'A', company, value: '100' });
  await postDeal(page, { name: 'P', company, value: '5000', stage: 'proposal' });
}

withAndWithoutJavaScript((javaScript) => {
  test('an empty board leads to the first deal', async ({ page }) => {
    await register(page);
    await page.goto('/deals');
    await expect(link(page.getByRole('main'), 'New deal').first()).toBeVisible();
  });

  test('every field of the form comes back', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Thép Việt' });
    const typed = { Name: 'Nhà xưởng số 2', Value: '12.500.000.000,50', Company: 'Thép Việt', Stage: 'Negotiation', 'Expected close': '2031-12-31', Probability: '85', Source: 'Triển lãm', Notes: 'Chờ\nduyệt' };
    await addDeal(page, typed);
    await openBoard(page, javaScript);
    await link(card(column(page, 'negotiation'), typed.Name), typed.Name).click();
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText(typed.Name);
    for (const text of ['12.500.000.000,50', 'Thép Việt', 'Negotiation', '85', 'Triển lãm', 'Chờ']) await expect(main).toContainText(text);
    const form = await openForm(main, 'Edit', 'Save changes');
    for (const label of ['Name', 'Value', 'Expected close', 'Probability', 'Source', 'Notes'] as const) await expect(field(form, label)).toHaveValue(typed[label]);
    await expect(field(form, 'Stage')).toHaveValue('negotiation');
  });

  test('wrong fields are named together and nothing typed is lost', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Thép Việt' });
    await page.goto('/deals/new');
    await formReady(page, javaScript);
    await fill(page, { Name: ' ', Value: '1,5 tyy', Probability: '101', Source: 'Giới thiệu', Notes: 'giữ lại' });
    await button(page, 'Create deal').click();
    if (javaScript) await expect(field(page, 'Name')).toBeFocused();
    else await expect(page.getByRole('alert')).toContainText('4 fields need another look');
    await expectError(page, 'Name', "Write the deal's name");
    await expectError(page, 'Value', /Write a number such as 1\.250\.000\.000 or 1,5 tỷ/);
    await expectError(page, 'Company', /Choose a company/);
    await expectError(page, 'Probability', /Write a whole number from 0 to 100/);
    await expect(field(page, 'Value')).toHaveValue('1,5 tyy');
    await expect(field(page, 'Source')).toHaveValue('Giới thiệu');
    await expect(field(page, 'Notes')).toHaveValue('giữ lại');
    await page.goto('/deals');
    await expect(page.locator('li[data-id]')).toHaveCount(0);
  });

  test('amounts as people write them', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Thép Việt' });
    for (const [typed, shown] of [['1.250.000.000', '1.250.000.000'], ['1,5 tỷ', '1.500.000.000'], ['800 triệu', '800.000.000'], ['1250000', '1.250.000'], ['9999999999999,99', '9.999.999.999.999,99']] as const) {
      await page.goto(await postDeal(page, { name: typed, company, value: typed }));
      await expect(page.getByRole('main')).toContainText(`${shown}\u00a0₫`);
    }
    for (const wrong of ['-1', '10000000000000', '0,001', '1.2.3', 'NaN', '1e9', '١٢٣']) {
      await page.goto('/deals/new');
      await fill(page, { Name: 'X', Company: 'Thép Việt', Value: wrong });
      await button(page, 'Create deal').click();
      await expect(field(page, 'Value')).toHaveAttribute('aria-invalid', 'true');
      await expect(field(page, 'Value')).toHaveValue(wrong);
    }
  });

  test('"New deal" on a company knows the company', async ({ page }) => {
    await register(page);
    await addCompany(page, { Name: 'Gỗ Trường Thành' });
    const form = await openForm(page.getByRole('main'), 'New deal', 'Create deal');
    await fill(form, { Name: 'Ván sàn' });
    await button(form, 'Create deal').click();
    await expectNotice(page, 'Ván sàn was created');
    await openBoard(page, javaScript);
    await expect(card(page, 'Ván sàn')).toContainText('Gỗ Trường Thành');
  });

  test('a deal is changed, deleted and brought back, and the totals follow', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page, javaScript);
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '123');
    await link(card(page, 'B'), 'B').click();
    const form = await openForm(page.getByRole('main'), 'Edit', 'Save changes');
    await fill(form, { Value: '21' });
    await button(form, 'Save changes').click();
    await expectNotice(page, /saved/i);
    const deal = new URL(page.url()).pathname;
    await openBoard(page, javaScript);
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '124');
    await page.goto(`${deal}/delete`);
    await button(page, 'Delete deal').click();
    await expectNotice(page, 'B was deleted');
    await expectColumn(page, 'prospecting', ['A', 'C'], '103');
    await button(page.getByRole('status'), 'Undo').click();
    await expectNotice(page, 'B is back');
    await expect(page).toHaveURL(deal);
    await openBoard(page, javaScript);
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '124');
  });

  test('a lost deal asks why', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page, javaScript);
    if (javaScript) {
      await drag(page, 'A', 'closed-lost');
      const dialog = page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      // Without a reason it goes back.
      await button(dialog, 'Cancel').click();
      await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '123');
      await expectNotice(page, /not moved/);
      await drag(page, 'A', 'closed-lost');
      await dialog.getByRole('combobox').fill('Giá cao');
      await button(dialog, 'Mark as lost').click();
    } else {
      await link(card(page, 'A'), 'Move A').click();
      await fill(page, { Stage: 'Closed Lost' });
      await button(page, 'Move deal').click();
      await expect(page.locator('[aria-invalid="true"]')).toHaveCount(1);
      await page.locator('[aria-invalid="true"]').fill('Giá cao');
      await button(page, 'Move deal').click();
    }
    await expectNotice(page, /moved to Closed Lost/);
    await openBoard(page, javaScript);
    await expectColumn(page, 'prospecting', ['B', 'C'], '23');
    await expectTotals(page, 'closed-lost', 1, '100');
  });
});

test.describe('by mouse', () => {
  test('a card goes between columns and within one, and stays so', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    await drag(page, 'A', 'proposal', 'bottom');
    await expectNotice(page, '“A” moved to Proposal');
    await expectColumn(page, 'proposal', ['P', 'A'], '5.100');
    await expectColumn(page, 'prospecting', ['B', 'C'], '23');
    await drag(page, 'C', 'prospecting', 'top');
    await expectNotice(page, '“C” moved within Prospecting');
    await drag(page, 'B', 'proposal', { below: 'P' });
    await expectNotice(page, '“B” moved to Proposal');
    await expectColumn(page, 'proposal', ['P', 'B', 'A'], '5.120');
    await openBoard(page);
    await expectColumn(page, 'proposal', ['P', 'B', 'A'], '5.120');
    await expectColumn(page, 'prospecting', ['C'], '3');
  });

  test('a move is one request, and "Undo" takes it back', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    const requests: string[] = [];
    // Icons of what the toast shows come from the browser's cache.
    const isData = (type: string) => ['document', 'fetch', 'xhr'].includes(type);
    page.on('request', (request) => isData(request.resourceType()) && requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await drag(page, 'B', 'negotiation');
    await expectNotice(page, '“B” moved to Negotiation');
    expect(requests).toEqual(['POST /fn/deals/move']);
    await button(page.getByRole('status'), 'Undo').click();
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '123');
    await expectColumn(page, 'negotiation', [], '0');
    await expectNotice(page, '“B” moved to Prospecting');
    await openBoard(page);
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '123');
  });

  test('totals past what a number of the browser holds are exact', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Thép Việt' });
    for (const name of 'ABCDEFGHIJ') await postDeal(page, { name, company, stage: 'proposal', value: '9999999999999,99' });
    await postDeal(page, { name: 'K', company, value: '9999999999999,99' });
    await openBoard(page);
    await drag(page, 'K', 'proposal');
    await expectNotice(page, '“K” moved to Proposal');
    // 11 x 999,999,999,999,999 hundredths: odd and past 2^53.
    await expectTotals(page, 'proposal', 11, '109.999.999.999.999,89');
  });

  test('a refused move says why, and the card goes where it really is', async ({ page, context, expectedMessages }) => {
    expectedMessages.push(/status of 40\d|status of 500|ERR_FAILED/);
    await boardOfFour(page);
    // A tab whose connection is down: it doesn't hear what others do.
    await page.route('**/events/board*', (route) => route.abort());
    await openBoard(page);
    const elsewhere = await context.newPage();
    await openBoard(elsewhere);
    await drag(elsewhere, 'A', 'negotiation');
    await expectNotice(elsewhere, '“A” moved to Negotiation');
    expect(await cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);
    await drag(page, 'A', 'proposal');
    await expectNotice(page, /“A” was not moved\. Somebody else changed it meanwhile/);
    for (const tab of [page, elsewhere]) {
      await expectColumn(tab, 'negotiation', ['A'], '100');
      await expectColumn(tab, 'prospecting', ['B', 'C'], '23');
      await expectColumn(tab, 'proposal', ['P'], '5.000');
    }
    // What it knows now is true: the next drag is taken.
    await drag(page, 'A', 'proposal');
    await expectNotice(page, '“A” moved to Proposal');
  });

  test('a move that never reaches the server returns the card and says why', async ({ page, expectedMessages }) => {
    expectedMessages.push(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    await boardOfFour(page);
    await openBoard(page);
    await page.context().setOffline(true);
    await drag(page, 'A', 'proposal');
    await expectNotice(page, /“A” was not moved\. The server could not be reached/);
    await expect.poll(() => cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);
    await page.context().setOffline(false);
    await drag(page, 'A', 'proposal');
    await expectNotice(page, '“A” moved to Proposal');
  });

  test('after signing out elsewhere a move is refused and said so', async ({ page, context, expectedMessages }) => {
    expectedMessages.push(/status of 401/);
    await boardOfFour(page);
    await openBoard(page);
    await context.clearCookies();
    await drag(page, 'A', 'proposal');
    await expectNotice(page, /“A” was not moved\. You are signed out/);
    await expect.poll(() => cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);
  });

  test('Escape and a drop beside the board leave the card where it was', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    let moves = 0;
    page.on('request', (request) => (moves += request.method() === 'POST' ? 1 : 0));
    await dragAndHold(page, 'A', 'proposal');
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect.poll(() => cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);
    await dragAndHold(page, 'A', 'proposal');
    await page.mouse.move(120, 500, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);
    // Above a column: on the page's heading, and on the bar at the top.
    const above = await center(column(page, 'proposal'));
    for (const part of [page.getByRole('heading', { level: 1 }), page.getByRole('banner')]) {
      await dragAndHold(page, 'A', 'proposal');
      await page.mouse.move(above.x, (await center(part)).y, { steps: 4 });
      await page.mouse.up();
      await expect(page.locator('#board-said')).toHaveText('A stays where it was.');
      await expect.poll(() => cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);
    }
    expect(moves).toBe(0);
    await expect(page).toHaveURL('/deals');
  });

  test('a click on a card opens the deal, a drag does not', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    await drag(page, 'A', 'proposal');
    await expectNotice(page, '“A” moved to Proposal');
    await expect(page).toHaveURL('/deals');
    await link(card(page, 'B'), 'B').click();
    await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
  });
});

test.describe('moves that follow one another', () => {
  test('a card that is still being saved goes on, move by move', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    // The server takes its time; the moves are told it one at a time.
    const sent: number[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    await page.route('**/fn/deals/move', async (route) => {
      sent.push(Number(JSON.parse(route.request().postData() ?? '').form.version));
      if (sent.length === 1) await held;
      await route.continue();
    });
    await drag(page, 'A', 'qualification');
    await drag(page, 'A', 'proposal', 'bottom');
    await drag(page, 'A', 'negotiation');
    await expect.poll(() => cards(page, 'negotiation')).toEqual(['A']);
    expect(sent).toEqual([1]);
    release();
    await expectNotice(page, '“A” moved to Negotiation');
    expect(sent).toEqual([1, 2, 3]);
    await expectColumn(page, 'negotiation', ['A'], '100');
    await openBoard(page);
    await expectColumn(page, 'negotiation', ['A'], '100');
  });

  test('a move below a card that is still being saved waits for it', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    const sent: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    await page.route('**/fn/deals/move', async (route) => {
      sent.push(JSON.parse(route.request().postData() ?? '').form.place);
      if (sent.length === 1) await held;
      await route.continue();
    });
    await drag(page, 'A', 'proposal', 'bottom');
    await drag(page, 'B', 'proposal', 'bottom');
    await expect.poll(() => cards(page, 'proposal')).toEqual(['P', 'A', 'B']);
    expect(sent.length).toBe(1);
    release();
    await expectNotice(page, '“B” moved to Proposal');
    await openBoard(page);
    await expectColumn(page, 'proposal', ['P', 'A', 'B'], '5.120');
  });

  test('a refused move takes those behind it back too', async ({ page, expectedMessages }) => {
    expectedMessages.push(/status of 503/);
    await boardOfFour(page);
    await openBoard(page);
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    let asked = 0;
    await page.route('**/fn/deals/move', async (route) => {
      asked += 1;
      await held;
      await route.fulfill({ status: 503, contentType: 'application/json', body: '"Unavailable"' });
    });
    await drag(page, 'A', 'qualification');
    await drag(page, 'A', 'proposal');
    release();
    await expectNotice(page, /“A” was not moved\. The server is busy/);
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '123');
    expect(asked).toBe(1);
  });

  test('undo by the keyboard right after a drag, also of a lost deal', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    await drag(page, 'A', 'proposal');
    await expectNotice(page, '“A” moved to Proposal');
    await button(page.getByRole('status'), 'Undo').press('Enter');
    await expectColumn(page, 'prospecting', ['A', 'B', 'C'], '123');
    await drag(page, 'A', 'closed-lost');
    await page.getByRole('dialog').getByRole('combobox').fill('Giá cao');
    await button(page.getByRole('dialog'), 'Mark as lost').click();
    await expectNotice(page, '“A” moved to Closed Lost');
    await button(page.getByRole('status'), 'Undo').press('Enter');
    await expectNotice(page, '“A” moved to Prospecting');
    // Undoing that too says again why it was lost, and asks nobody.
    await button(page.getByRole('status'), 'Undo').press('Enter');
    await expectNotice(page, '“A” moved to Closed Lost');
    await expectTotals(page, 'closed-lost', 1, '100');
  });
});

test.describe('by finger', () => {
  test.use({ hasTouch: true });

  test('held 200 ms it drags; a swipe does not', async ({ page }) => {
    await resize(page, 820);
    await boardOfFour(page);
    await openBoard(page);
    const { down, move, up } = await finger(page);
    const from = await center(card(page, 'A'));
    const target = await boundingBoxOf(column(page, 'qualification'));
    const to = { x: target.x + target.width / 2, y: from.y };
    const steps = Array.from({ length: 8 }, (_, i) => ({ x: from.x + ((to.x - from.x) * (i + 1)) / 8, y: from.y }));

    // To the left, where the board has more to show: at its left end a swipe to the right is the browser's own "back".
    await down(from);
    for (const point of steps) await move({ x: from.x - (point.x - from.x) / 2, y: from.y });
    await up();
    await expect.poll(() => cards(page, 'prospecting')).toEqual(['A', 'B', 'C']);

    await openBoard(page);
    await down(from);
    // Held: the card says so by fading.
    await expect(card(page, 'A')).toHaveCSS('opacity', /^0\.\d+$/);
    for (const point of steps) await move(point);
    await up();
    await expectNotice(page, '“A” moved to Qualification');
    await expectColumn(page, 'qualification', ['A'], '100');
  });
});

test.describe('by keyboard', () => {
  test('arrows go from card to card, the menu moves one, focus stays on it', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    const a = link(card(page, 'A'), 'A');
    await a.focus();
    await page.keyboard.press('ArrowDown');
    await expect(link(card(page, 'B'), 'B')).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(link(card(page, 'P'), 'P')).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(a).toBeFocused();

    await card(page, 'A').locator('[data-move]').press('Enter');
    const menu = page.locator('#move-menu');
    await expect(menu).toBeVisible();
    await menu.getByRole('button', { name: 'Proposal' }).press('Enter');
    await expectNotice(page, '“A” moved to Proposal');
    await expect(a).toBeFocused();
    await expectColumn(page, 'proposal', ['A', 'P'], '5.100');

    await card(page, 'C').locator('[data-move]').press('Enter');
    await menu.getByRole('button', { name: 'top' }).press('Enter');
    await expectNotice(page, '“C” moved within Prospecting');
    await expectColumn(page, 'prospecting', ['C', 'B'], '23');
  });

  test('what happens is said with names, not ids', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    const said = page.locator('#board-said');
    await expect(said).toHaveAttribute('aria-live', /polite|assertive/);
    await dragAndHold(page, 'A', 'proposal');
    await expect(said).toContainText('Over Proposal');
    await page.keyboard.press('Escape');
    await expect(said).toContainText('A stays where it was');
    await page.mouse.up();
  });

  test('a whole drag is told in order, from pick-up to the place it was put', async ({ page }) => {
    await boardOfFour(page);
    await openBoard(page);
    await page.evaluate(() => {
      const heard: string[] = [];
      (window as unknown as { heard: string[] }).heard = heard;
      for (const id of ['board-said', 'toast']) {
        const region = document.getElementById(id)!;
        new MutationObserver(() => {
          const words = (region.textContent ?? '').replace('Undo', '').replace('Reload', '').replace(/\s+/g, ' ').trim();
          if (words && heard.at(-1) !== words) heard.push(words);
        }).observe(region, { childList: true, characterData: true, subtree: true });
      }
    });
    const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
    await drag(page, 'A', 'proposal', 'bottom');
    await expectNotice(page, '“A” moved to Proposal');
    const first = await heard();
    expect(first[0]).toBe('Picked up A. Over Prospecting, place 1 of 3.');
    expect(first.slice(1, -2).every((words) => /^Over (Prospecting|Qualification|Proposal), place \d of \d\.$|^Not over a column\.$/.test(words)), first.join(' | ')).toBe(true);
    expect(first.slice(-3)).toEqual(['Over Proposal, place 2 of 2.', 'Dropped A on Proposal.', '“A” moved to Proposal']);
    expect(first.join(' ')).not.toMatch(/[0-9a-f]{8}-/);

    await page.evaluate(() => ((window as unknown as { heard: string[] }).heard.length = 0));
    await dragAndHold(page, 'B', 'qualification');
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect((await heard()).at(-1)).toBe('Cancelled. B stays where it was.');
  });
});

test('the form checks a field as it is left', async ({ page }) => {
  await register(page);
  await postCompany(page, { name: 'Thép Việt' });
  await page.goto('/deals/new');
  await formReady(page, true);
  await field(page, 'Value').fill('1,5 tyy');
  await field(page, 'Name').focus();
  await expectError(page, 'Value', /1,5 tỷ/);
  await field(page, 'Value').fill('1,5 tỷ');
  await field(page, 'Name').focus();
  await expect(field(page, 'Value')).not.toHaveAttribute('aria-invalid', 'true');
});

test('the company chosen stays chosen when its contacts have come', async ({ page }) => {
  await register(page);
  for (const name of ['A', 'B', 'C']) await postCompany(page, { name });
  await page.goto('/deals/new');
  await formReady(page, true);
  const company = field(page, 'Company');
  // The answer brings the choices anew: these are the old ones.
  await company.locator('option').first().evaluate((option) => option.setAttribute('data-old', ''));
  await company.selectOption({ label: 'B' });
  await expect(company.locator('[data-old]')).toHaveCount(0);
  await expect(company.locator('option:checked')).toHaveText('B');
  await fill(page, { Name: 'Của B' });
  await button(page, 'Create deal').click();
  await expectNotice(page, 'Của B was created');
  await expect(link(page.getByRole('main'), 'B').first()).toBeVisible();
});

test('a column past fifty cards loads the rest when asked, its totals over all', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Nhiều' });
  for (let i = 1; i <= 60; i += 1) await postDeal(page, { name: `Deal ${i}`, company, value: '1000' });
  await openBoard(page);
  await expect.poll(async () => (await cards(page, 'prospecting')).length).toBe(50);
  await expectTotals(page, 'prospecting', 60, '60.000');
  await column(page, 'prospecting').locator('[data-more]').click();
  await expect.poll(async () => (await cards(page, 'prospecting')).length).toBe(60);
  expect(new Set(await cards(page, 'prospecting')).size).toBe(60);
  await expect(column(page, 'prospecting').locator('[data-more]')).toHaveCount(0);
  expect((await cards(page, 'prospecting')).at(-1)).toBe('Deal 1');
});

test('another person finds none of it', async ({ page, browser, baseURL, expectedMessages }) => {
  expectedMessages.push(/404/);
  await register(page);
  const company = await postCompany(page, { name: 'Bí mật' });
  const deal = await postDeal(page, { name: 'Thương vụ kín', company });
  const other = await browser.newContext({ baseURL: baseURL! });
  const outsider = await other.newPage();
  await register(outsider, newPerson('Người Khác'));
  for (const path of [deal, `${deal}/edit`, `${deal}/move`, `${deal}/delete`]) {
    expect((await outsider.goto(path))?.status(), path).toBe(404);
  }
  const headers = { 'sec-fetch-site': 'same-origin' };
  for (const path of [`${deal}/edit`, `${deal}/move`, `${deal}/delete`]) {
    const form = { version: '1', ...(path.endsWith('delete') ? {} : { stage: 'proposal' }), ...(path.endsWith('edit') ? { name: 'X', company_id: company.split('/').pop()! } : {}) };
    expect((await outsider.request.post(path, { form, headers, maxRedirects: 0 })).status(), path).toBe(404);
  }
  const move = { id: deal.split('/').pop(), form: { version: '1', stage: 'proposal', place: 'top' } };
  const answer = await outsider.request.post('/fn/deals/move', { data: move, headers });
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toBe('"NotFound"');
  await page.goto('/deals');
  await expect.poll(() => cards(page, 'prospecting')).toEqual(['Thương vụ kín']);
  await other.close();
});

test('the board fits its window, whatever its width @once', async ({ page }) => {
  await watchLayoutShifts(page);
  await boardOfFour(page);
  for (const width of WIDTHS) {
    await resize(page, width);
    await openBoard(page);
    await expectNoSidewaysScroll(page);
    await expectNoLayoutShift(page);
  }
});
