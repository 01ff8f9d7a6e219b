// A list's search answers while the user types; by Enter without a script.

import { postContact, idOf } from '../support/contacts.ts';
import { names, postCompany } from '../support/companies.ts';
import { cards, openBoard, postDeal } from '../support/deals.ts';
import { waitForListener } from '../support/islands.ts';
import { register } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

const COMPANIES = ['Ánh Dương', 'Bình Minh', 'Cửu Long'];

test.beforeEach(async ({ page }) => {
  await register(page);
});

test('a company is found while its name is typed, and "Back" leaves the list', async ({ page }) => {
  for (const name of COMPANIES) await postCompany(page, { name });
  await page.goto('/companies/new');
  await page.goto('/companies');
  await waitForListener(page, 'compositionend');
  const box = page.getByRole('searchbox', { name: 'Search companies' });
  await box.pressSequentially('binh');
  await expect.poll(() => names(page)).toEqual(['Bình Minh']);
  await expect(page).toHaveURL('/companies?q=binh');
  await expect(page.locator('#count')).toHaveText('1 found');
  await expect(page.locator('#count')).toHaveAttribute('aria-live', 'polite');
  await expect(box).toBeFocused();
  await box.press('ArrowLeft');
  await box.press('ArrowLeft');
  // The caret stays where it was while the list is replaced.
  await box.press('Delete');
  await expect(page).toHaveURL('/companies?q=bih');
  await expect(page.getByRole('main')).toContainText('No company matches');
  await box.press('n');
  await expect(box).toHaveValue('binh');
  await expect.poll(() => names(page)).toEqual(['Bình Minh']);
  await expect(page.getByRole('link', { name: 'Clear all' })).toBeVisible();

  // The address is the list's: it can be reloaded, and the emptied box shows every company.
  await page.reload();
  await expect(box).toHaveValue('binh');
  await expect.poll(() => names(page)).toEqual(['Bình Minh']);
  await waitForListener(page, 'compositionend');
  await box.fill('');
  await expect.poll(() => names(page)).toHaveLength(3);
  await page.goBack();
  await expect(page).toHaveURL('/companies/new');
});

test('a late answer never replaces a newer one', async ({ page }) => {
  for (const name of COMPANIES) await postCompany(page, { name });
  let release: () => void = () => undefined;
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/companies?q=anh', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/companies');
  await waitForListener(page, 'compositionend');
  const box = page.getByRole('searchbox', { name: 'Search companies' });
  const first = page.waitForRequest('**/companies?q=anh');
  await box.fill('anh');
  await first;
  await box.fill('cuu');
  await expect.poll(() => names(page)).toEqual(['Cửu Long']);
  const late = page.waitForResponse('**/companies?q=anh');
  release();
  await (await late).finished();
  await expect(page).toHaveURL('/companies?q=cuu');
  expect(await names(page)).toEqual(['Cửu Long']);
});

test('a word that is still being composed is not searched for', async ({ page, context }) => {
  for (const name of COMPANIES) await postCompany(page, { name });
  await page.goto('/companies');
  await waitForListener(page, 'compositionend');
  await page.getByRole('searchbox', { name: 'Search companies' }).focus();
  const searched: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('q=')) searched.push(new URL(request.url()).searchParams.get('q') ?? '');
  });
  const keyboard = await context.newCDPSession(page);
  await keyboard.send('Input.imeSetComposition', { text: 'cuu', selectionStart: 3, selectionEnd: 3 });
  // Longer than a search waits for the next key.
  await page.waitForTimeout(600);
  expect(searched).toEqual([]);
  await keyboard.send('Input.insertText', { text: 'cửu' });
  await expect.poll(() => names(page)).toEqual(['Cửu Long']);
  expect(searched).toEqual(['cửu']);
});

test('contacts and deals, as list and board, answer as well', async ({ page }) => {
  const company = await postCompany(page, { name: 'Ánh Dương' });
  for (const name of ['Lan', 'Minh']) await postContact(page, { name, company_id: idOf(company) });
  for (const name of ['Kho lạnh', 'Xe tải']) await postDeal(page, { name, company });
  await page.goto('/contacts?sort=-name');
  await waitForListener(page, 'compositionend');
  await page.getByRole('searchbox', { name: 'Search contacts' }).fill('lan');
  await expect.poll(() => names(page)).toEqual(['Lan']);
  await expect(page).toHaveURL('/contacts?sort=-name&q=lan');

  await page.goto('/deals?view=list');
  await waitForListener(page, 'compositionend');
  await page.getByRole('searchbox', { name: 'Search deals' }).fill('kho');
  await expect(page.getByRole('row', { name: /Xe tải/ })).toHaveCount(0);
  await expect(page.getByRole('row', { name: /Kho lạnh/ })).toHaveCount(1);
  await expect(page.getByRole('link', { name: 'Board', exact: true })).toHaveAttribute('href', '/deals?q=kho');

  await openBoard(page);
  await page.getByRole('searchbox', { name: 'Search deals' }).fill('xe');
  await expect.poll(() => cards(page, 'prospecting')).toEqual(['Xe tải']);
  await expect(page).toHaveURL('/deals?q=xe');
  await expect(page.locator('#open-count')).toHaveText('1');
});

withAndWithoutJavaScript(() => {
  test('Enter searches at once', async ({ page }) => {
    for (const name of COMPANIES) await postCompany(page, { name });
    await page.goto('/companies');
    const box = page.getByRole('searchbox', { name: 'Search companies' });
    await box.fill('long');
    await box.press('Enter');
    // The browser sends the whole form, with the filters that are not set.
    await expect(page).toHaveURL(/\/companies\?q=long&/);
    expect([...new URL(page.url()).searchParams].filter(([, value]) => value !== '')).toEqual([['q', 'long']]);
    expect(await names(page)).toEqual(['Cửu Long']);
  });
});
