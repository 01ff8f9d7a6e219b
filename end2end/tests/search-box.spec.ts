// The search box of the top bar, with a script: hits hang below it while one types.

import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

const box = (page: Page): Locator => page.getByRole('combobox', { name: 'Search everything' });
const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Results' });
const active = (page: Page): Locator => list(page).getByRole('option', { selected: true });

test.beforeEach(async ({ page }) => {
  await register(page);
  for (const name of ['Ánh Dương', 'Bình Minh']) await postCompany(page, { name });
  await page.goto('/deals');
  await formsReady(page);
});

test('by the keyboard alone: found while typing, chosen, and left', async ({ page }) => {
  const new_deal = page.getByRole('link', { name: 'New deal' }).first();
  await new_deal.focus();
  await page.keyboard.press('/');
  await expect(box(page)).toBeFocused();
  await expect(list(page)).toBeHidden();
  await box(page).pressSequentially('duong');
  const found = list(page).getByRole('group', { name: 'Companies' }).getByRole('option');
  await expect(found).toHaveText([/Ánh Dương/]);
  await expect(found.locator('mark').first()).toHaveText('Dương');
  await expect(box(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByRole('search', { name: 'Everything' }).locator('[aria-live]')).toHaveText('1 result');
  await expect(active(page)).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(active(page)).toHaveText(/Ánh Dương/);
  await expectAccessible(page);

  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(box(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(box(page)).not.toHaveAttribute('aria-activedescendant');
  await expect(new_deal).toBeFocused();

  await page.keyboard.press('/');
  // The words are still there, and so are their hits.
  await expect(list(page)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(active(page)).toHaveText(/Ánh Dương/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ánh Dương');
});

test('Enter without an option, and the last option, open all results', async ({ page }) => {
  await box(page).fill('binh');
  await expect(list(page)).toBeVisible();
  await box(page).press('Enter');
  await expect(page).toHaveURL('/search?q=binh');
  await formsReady(page);
  await box(page).fill('minh');
  await list(page).getByRole('option', { name: 'See all results' }).click();
  await expect(page).toHaveURL('/search?q=minh');
});

test('a late answer never replaces a newer one, and an emptied box shows nothing', async ({ page }) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((done) => (release = done));
  const isLate = (url: URL): boolean => url.pathname === '/search/options' && url.searchParams.get('q') === 'anh';
  await page.route(isLate, async (route) => {
    await held;
    await route.continue();
  });
  const first = page.waitForRequest((request) => isLate(new URL(request.url())));
  await box(page).pressSequentially('anh');
  await first;
  await box(page).fill('binh');
  await expect(list(page).getByRole('option').first()).toHaveText(/Bình Minh/);
  const late = page.waitForResponse((response) => isLate(new URL(response.url())));
  release();
  await (await late).finished();
  await expect(list(page).getByRole('option').first()).toHaveText(/Bình Minh/);
  await box(page).fill('');
  await expect(list(page)).toBeHidden();
});

test('a click elsewhere closes it, one on a hit opens the hit', async ({ page }) => {
  await box(page).pressSequentially('binh');
  await expect(list(page)).toBeVisible();
  await page.getByRole('heading', { level: 1 }).click();
  await expect(list(page)).toBeHidden();
  await box(page).press('End');
  await box(page).pressSequentially(' minh');
  await list(page).getByRole('option', { name: /Bình Minh/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bình Minh');
});

test('a word that is still being composed is not searched for', async ({ page, context }) => {
  await box(page).focus();
  const asked: string[] = [];
  page.on('request', (request) => {
    const q = new URL(request.url()).searchParams.get('q');
    if (q !== null) asked.push(q);
  });
  const keyboard = await context.newCDPSession(page);
  await keyboard.send('Input.imeSetComposition', { text: 'duong', selectionStart: 5, selectionEnd: 5 });
  // Longer than a search waits for the next key.
  await page.waitForTimeout(600);
  expect(asked).toEqual([]);
  await keyboard.send('Input.insertText', { text: 'dương' });
  await expect(list(page).getByRole('option').first()).toHaveText(/Ánh Dương/);
  expect(asked).toEqual(['dương']);
});

test('the open list fits a tablet, and a phone has a link to the page', async ({ page }) => {
  await resize(page, 820);
  await box(page).pressSequentially('binh');
  await expect(list(page)).toBeVisible();
  await expectNoSidewaysScroll(page);
  await resize(page, 360);
  await expect(box(page)).toBeHidden();
  await page.getByRole('banner').getByRole('link', { name: 'Search' }).click();
  await expect(page).toHaveURL('/search');
});
