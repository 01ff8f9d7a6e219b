// The palette, records opened last, and shortcuts by single keys.

import { idOf, postActivity, quickLog } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, link } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize } from '../support/layout.ts';
import { fillSignIn, register, signOut } from '../support/people.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Commands' });
const box = (page: Page): Locator => dialog(page).getByRole('combobox', { name: 'Find a record or command' });
const options = (page: Page): Locator => dialog(page).getByRole('option');
const active = (page: Page): Locator => dialog(page).getByRole('option', { selected: true });

async function openPalette(page: Page): Promise<void> {
  await formsReady(page);
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
}

test.describe('with the keyboard alone', () => {
  test.beforeEach(async ({ page }) => {
    await register(page);
  });

  test('on a company, its actions come first, and a deal is begun from there', async ({ page }) => {
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(company);
    await openPalette(page);
    const here = dialog(page).getByRole('group', { name: 'On this page' });
    await expect(here.getByRole('option')).toHaveText([/Log activity/, /New task/, /New deal/, /New contact/, /Edit company/, /Archive company/, /Delete company/]);
    await expect(active(page)).toHaveText(/Log activity/);
    await expectAccessible(page);
    await page.keyboard.press('ArrowDown');
    await expect(active(page)).toHaveText(/New task/);
    await expect(box(page)).toHaveAttribute('aria-activedescendant', (await active(page).getAttribute('id')) ?? '');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(active(page)).toHaveId((await options(page).last().getAttribute('id')) ?? '');
    await page.keyboard.press('Home');
    await expect(active(page)).toHaveText(/Log activity/);

    await box(page).pressSequentially('new deal');
    await expect(dialog(page).locator('[aria-live]')).toHaveText(/^\d+ results?$/);
    await expect(active(page)).toHaveText(/New deal/);
    await expect(box(page)).toHaveAttribute('aria-activedescendant', (await active(page).getAttribute('id')) ?? '');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toHaveCount(0);
    await expect(page.getByRole('dialog', { name: 'New deal' })).toBeVisible();
    await expect(page).toHaveURL(company);
  });

  test('Enter right after the words runs the first command once it is there', async ({ page }) => {
    await page.goto('/companies');
    await openPalette(page);
    await box(page).pressSequentially('new deal');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'New deal' })).toBeVisible();
    await expect(dialog(page)).toHaveCount(0);
    await expect(page).toHaveURL('/companies');
  });

  test('the quick log opens from it, linked to the record', async ({ page }) => {
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(company);
    await openPalette(page);
    await box(page).pressSequentially('log call');
    await expect(active(page)).toHaveText(/Log activity/);
    await page.keyboard.press('Enter');
    const log = await quickLog(page);
    await expect(log.getByRole('combobox', { name: 'With' })).toHaveValue('Ánh Dương');
  });

  test('a record is found by any words and opened', async ({ page }) => {
    const company = await postCompany(page, { name: 'Công ty Đường Việt' });
    const contact = await postContact(page, { name: 'Lan', company_id: idOf(company) });
    await page.goto('/deals');
    await openPalette(page);
    await box(page).pressSequentially('lan duong');
    const found = dialog(page).getByRole('group', { name: 'Contacts' }).getByRole('option');
    await expect(found).toHaveText([/Lan/]);
    await expect(found.locator('mark').first()).toHaveText('Lan');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(contact);
  });

  test('Escape closes it and gives the focus back, from a field too', async ({ page }) => {
    await page.goto('/companies');
    await formsReady(page);
    const search = page.getByRole('searchbox', { name: 'Search companies' });
    await search.focus();
    await page.keyboard.press('Control+k');
    await expect(box(page)).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toHaveCount(0);
    await expect(search).toBeFocused();
    await page.keyboard.press('Meta+k');
    await expect(box(page)).toBeFocused();
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(search).toBeFocused();
  });

  test('a late answer never replaces a newer one', async ({ page }) => {
    await page.goto('/companies');
    await openPalette(page);
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    const isLate = (url: URL): boolean => url.pathname === '/palette' && url.searchParams.get('q') === 'profile';
    await page.route(isLate, async (route) => {
      await held;
      await route.continue();
    });
    const first = page.waitForRequest((request) => isLate(new URL(request.url())));
    await box(page).fill('profile');
    await first;
    await box(page).fill('password');
    await expect(active(page)).toHaveText(/Password/);
    const late = page.waitForResponse((response) => isLate(new URL(response.url())));
    release();
    await (await late).finished();
    await expect(active(page)).toHaveText(/Password/);
    await expect(dialog(page)).not.toContainText('Profile');
  });

  test('a word that is still being composed is not searched for, and its Enter opens nothing', async ({ page, context }) => {
    await page.goto('/companies');
    await openPalette(page);
    const asked: string[] = [];
    page.on('request', (request) => {
      const q = new URL(request.url()).searchParams.get('q');
      if (q !== null) asked.push(q);
    });
    const keyboard = await context.newCDPSession(page);
    await keyboard.send('Input.imeSetComposition', { text: 'dda', selectionStart: 3, selectionEnd: 3 });
    // Longer than a search waits for the next key.
    await page.waitForTimeout(600);
    expect(asked).toEqual([]);
    await keyboard.send('Input.insertText', { text: 'đa' });
    await expect.poll(() => asked).toEqual(['đa']);
    await expect(page).toHaveURL('/companies');
  });

  test('keys go to places, create, and list themselves', async ({ page }) => {
    await page.goto('/companies');
    for (const [keys, path] of [
      ['gd', '/'],
      ['go', '/contacts'],
      ['ge', '/deals'],
      ['ga', '/activities'],
      ['gt', '/team'],
      ['gs', '/settings/profile'],
      ['gc', '/companies'],
    ] as const) {
      await formsReady(page);
      await page.keyboard.type(keys);
      await expect(page).toHaveURL(path);
    }
    await formsReady(page);
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(list).toContainText('Go to Companies');
    await expectAccessible(page);
    // While a dialog is open, single keys do nothing.
    await page.keyboard.type('go');
    await page.keyboard.press('Escape');
    await expect(list).toHaveCount(0);
    await expect(page).toHaveURL('/companies');

    await page.keyboard.press('c');
    await expect(link(page.locator('#add'), 'Company')).toBeFocused();
    await page.keyboard.press('e');
    await expect(page.getByRole('dialog', { name: 'New deal' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await quickLog(page);
  });

  test('keys do nothing in a field, with a modifier, or once switched off; Ctrl+K stays', async ({ page }) => {
    await page.goto('/companies');
    await formsReady(page);
    const search = page.getByRole('searchbox', { name: 'Search companies' });
    await search.focus();
    await page.keyboard.type('g/?cl');
    await expect(search).toHaveValue('g/?cl');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await search.evaluate((element) => (element as HTMLElement).blur());
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Control+l');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await page.goto('/settings/preferences');
    await page.getByRole('checkbox', { name: 'Shortcuts by single keys' }).uncheck();
    await button(page, 'Save preferences').click();
    await expect(page.locator('html')).toHaveAttribute('data-no-shortcuts');
    await formsReady(page);
    await page.locator('body').press('l');
    await page.locator('body').press('?');
    await page.locator('body').press('/');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('combobox', { name: 'Search everything' })).not.toBeFocused();
    await page.keyboard.press('Control+k');
    await expect(box(page)).toBeFocused();
  });
});

/** Opens a page whose WebAssembly doesn't arrive until the returned function is called. */
async function openWithoutIslands(page: Page, path: string): Promise<() => void> {
  let release: () => void = () => undefined;
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(path);
  return release;
}

test.describe('before the code is there', () => {
  test.beforeEach(async ({ page }) => {
    await register(page);
  });

  test('Ctrl+K opens the palette, and what is typed next is looked for', async ({ page }) => {
    const release = await openWithoutIslands(page, '/companies');
    await page.keyboard.press('Control+k');
    await expect(box(page)).toBeFocused();
    await page.keyboard.type('lc new deal');
    release();
    await expect(box(page)).toHaveValue('lc new deal');
    await box(page).fill('new deal');
    await expect(active(page)).toHaveText(/New deal/);
    await expect(page.getByRole('dialog')).toHaveCount(1);
  });

  test('an opened palette has its commands once the code is there', async ({ page }) => {
    const release = await openWithoutIslands(page, '/companies');
    await page.keyboard.press('Control+k');
    await expect(box(page)).toBeFocused();
    release();
    await expect(active(page)).toHaveText(/New company/);
  });

  test('/ leads to the search, and what is typed next is looked for', async ({ page }) => {
    await postCompany(page, { name: 'Cl Mẫu' });
    const release = await openWithoutIslands(page, '/deals');
    await page.keyboard.type('/cl');
    const search = page.getByRole('combobox', { name: 'Search everything' });
    await expect(search).toHaveValue('cl');
    release();
    await expect(page.getByRole('listbox', { name: 'Results' }).getByRole('option').first()).toHaveText(/Cl Mẫu/);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  test('single keys are replayed', async ({ page }) => {
    const release = await openWithoutIslands(page, '/deals');
    await page.keyboard.type('l');
    release();
    await quickLog(page);
  });

  test('Enter sends the form of the palette to its page', async ({ page }) => {
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await openWithoutIslands(page, '/deals');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('duong');
    await page.keyboard.press('Enter');
    await expect(link(page.getByRole('main'), 'Ánh Dương')).toHaveAttribute('href', company);
  });
});

test('the palette of an ended session leads to the sign-in page', async ({ page, context }) => {
  await register(page);
  await page.goto('/companies');
  await formsReady(page);
  await context.clearCookies();
  await page.keyboard.press('Control+k');
  await expect(page).toHaveURL(/\/login/);
});

test('below 640 pixels / opens the page of the search', async ({ page }) => {
  await register(page);
  await resize(page, 600);
  await page.goto('/companies');
  await page.keyboard.press('/');
  await expect(page).toHaveURL('/search');
});

test('words typed in the list stay looked for when the top bar is typed in at once', async ({ page }) => {
  await register(page);
  for (const name of ['Ánh Dương', 'Bình Minh']) await postCompany(page, { name });
  await page.goto('/companies');
  await formsReady(page);
  await page.getByRole('searchbox', { name: 'Search companies' }).fill('binh');
  await page.getByRole('combobox', { name: 'Search everything' }).fill('duong');
  await expect(page.getByRole('listbox', { name: 'Results' }).getByRole('option').first()).toHaveText(/Ánh Dương/);
  await expect(page).toHaveURL('/companies?q=binh');
  await expect(page.getByRole('main').getByText('Ánh Dương')).toHaveCount(0);
});

test('records opened last are offered, to this person in this workspace alone', async ({ page }) => {
  const person = await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  const deal = await postDeal(page, { name: 'Xe tải', company });
  const activity = await postActivity(page, { subject: 'Báo giá' });
  for (const path of [company, deal, activity]) {
    await page.goto(path);
    await formsReady(page);
  }
  await page.goto('/companies');
  await openPalette(page);
  const recent = dialog(page).getByRole('group', { name: 'Recently opened' }).getByRole('option');
  await expect(recent).toHaveText([/Báo giá/, /Xe tải/, /Ánh Dương/]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(deal);
  const kept = (): Promise<string> => page.evaluate(() => JSON.stringify(localStorage));
  expect(await kept()).not.toContain('Dương');

  await page.goto('/companies');
  await signOut(page, person);
  expect(await kept()).not.toContain(idOf(company));
  await register(page);
  await page.goto('/companies');
  await openPalette(page);
  await expect(options(page).first()).toBeVisible();
  await expect(recent).toHaveCount(0);
});

test('at 360 pixels it fits', async ({ page }) => {
  const person = await register(page);
  await resize(page, 360);
  await page.goto('/companies');
  await formsReady(page);
  await button(page, `Account of ${person.name}`).click();
  await link(page.locator('#account'), 'Commands').click();
  await expect(box(page)).toBeFocused();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await button(dialog(page), 'Close').click();
  await expect(dialog(page)).toHaveCount(0);
});

withAndWithoutJavaScript((javaScript) => {
  test('as a page it offers the actions of the page before, records and places', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(company);
    if (!javaScript) {
      await button(page, `Account of ${person.name}`).click();
      await link(page.locator('#account'), 'Commands').click();
    } else {
      await page.goto(`/palette?from=${company}`);
    }
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Commands');
    const main = page.getByRole('main');
    await expect(link(main, 'Edit company')).toHaveAttribute('href', `${company}/edit`);
    await main.getByRole('searchbox', { name: 'Find a record or command' }).fill('anh duong');
    await button(main, 'Find').click();
    await link(main, 'Ánh Dương').click();
    await expect(page).toHaveURL(company);
  });

  test('shortcuts are listed on a page', async ({ page }) => {
    await register(page);
    await page.goto('/shortcuts');
    await expect(page.getByRole('main')).toContainText('Go to Companies');
    // axe is a script.
    if (javaScript) await expectAccessible(page);
  });
});

test('who signs in again finds shortcuts as before', async ({ page }) => {
  const person = await register(page);
  await signOut(page, person);
  await fillSignIn(page, person);
  await formsReady(page);
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
});
