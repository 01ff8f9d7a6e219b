// Global search: from the top bar to the results, by words in any order, with and without a script.

import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, link } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** Without its name's slashes: `/companies/{id}` is the id. */
const idIn = (path: string) => path.split('/').at(-1) ?? '';

async function addRecords(page: Page): Promise<{ company: string }> {
  const company = await postCompany(page, { name: 'Công ty Mẫu Việt', status: 'lead', phone: '0903 123 456', notes: 'Thích trà sen' });
  await postContact(page, { name: 'An Vy', job_title: 'Kế toán', company_id: idIn(company) });
  await postDeal(page, { name: 'Kho lạnh', company, value: '1,5 tỷ' });
  return { company };
}

const results = (page: Page) => page.getByRole('main').locator('#results');

/** As Enter does where a script offers hits while one types, too. */
async function searchFor(page: Page, words: string): Promise<void> {
  const box = page.getByRole('banner').getByRole('search', { name: 'Everything' });
  await box.locator('input[name="q"]').fill(words);
  await box.locator('input[name="q"]').press('Enter');
  await expect(page).toHaveURL(/\/search\?q=/);
}

withAndWithoutJavaScript((javaScript) => {
  test('the search box leads to companies, contacts and deals that have the words', async ({ page }) => {
    await register(page);
    await addRecords(page);
    await page.goto('/companies');
    await searchFor(page, 'viet mau');
    await expect(results(page).getByRole('heading', { level: 2 })).toHaveText(['Companies', 'Contacts', 'Deals']);
    await expect(results(page).locator('mark')).toHaveText(['Mẫu', 'Việt', 'Mẫu', 'Việt', 'Mẫu', 'Việt']);
    await searchFor(page, 'an vy mau');
    await expect(results(page).getByRole('listitem')).toHaveCount(1);
    await link(results(page), 'An Vy').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('An Vy');
  });

  test('a telephone number and a note find their company', async ({ page }) => {
    await register(page);
    const { company } = await addRecords(page);
    await page.goto('/search');
    const form = page.getByRole('main').getByRole('search');
    for (const [words, shown] of [['+84 903.123.456', 'Phone: 0903 123 456'], ['tra sen', 'Notes: Thích trà sen']] as const) {
      await form.getByRole('searchbox').fill(words);
      await button(form, 'Search').click();
      await expect(results(page).getByRole('listitem').first()).toContainText(shown);
    }
    await link(results(page), 'Công ty Mẫu Việt').click();
    await expect(page).toHaveURL(company);
  });

  test('a tab has all of a kind, page by page', async ({ page }) => {
    test.slow();
    await register(page);
    for (let number = 1; number <= 21; number += 1) await postCompany(page, { name: `Mẫu ${number}`, status: 'lead' });
    await page.goto('/search?q=mau');
    const tabs = page.getByRole('navigation', { name: 'Kinds of results' });
    await expect(tabs.getByRole('link')).toHaveText(['All21', 'Companies21', 'Contacts0', 'Deals0', 'Activities0', 'Tasks0', 'Tags0']);
    await link(results(page), 'See all 21 companies').click();
    await expect(results(page).getByRole('listitem')).toHaveCount(20);
    await link(page.getByRole('navigation', { name: 'Pages' }), 'Next').click();
    await expect(page).toHaveURL('/search?q=mau&kind=companies&page=2');
    await expect(results(page).getByRole('listitem')).toHaveCount(1);
    await tabs.getByRole('link', { name: 'Deals' }).click();
    await expect(results(page)).toContainText('No deals have “mau”, but other records do.');
  });

  test('a search without hits says what to try', async ({ page }) => {
    await register(page);
    await page.goto('/companies');
    await searchFor(page, 'khongcogi');
    await expect(results(page)).toContainText('Nothing has “khongcogi”. Try fewer words');
    await link(results(page), 'Clear search').click();
    await expect(page).toHaveURL('/search');
  });

  // With a script the results come while one types: `search-box.spec.ts` and `list-search.spec.ts` have that.
  if (!javaScript) {
    test('the keyboard alone leads from the page of the search to a record', async ({ page }) => {
      await register(page);
      await addRecords(page);
      await page.goto('/search');
      await expect(page.getByRole('main').getByRole('searchbox')).toBeFocused();
      await page.keyboard.type('an vy mau');
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/\/search\?q=an/);
      await button(page.getByRole('main').getByRole('search'), 'Search').focus();
      for (const name of ['All', 'Companies', 'Contacts', 'Deals', 'Activities', 'Tasks', 'Tags']) {
        await page.keyboard.press('Tab');
        await expect(page.getByRole('navigation', { name: 'Kinds of results' }).getByRole('link', { name })).toBeFocused();
      }
      await page.keyboard.press('Tab');
      await expect(link(results(page), 'An Vy')).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('An Vy');
    });
  }

  test('on a phone a link leads to the search', async ({ page }) => {
    await register(page);
    await addRecords(page);
    await resize(page, 360);
    await page.goto('/deals');
    await link(page.getByRole('banner'), 'Search').click();
    await expect(page).toHaveURL('/search');
    await page.getByRole('main').getByRole('searchbox').fill('kho');
    await page.getByRole('main').getByRole('searchbox').press('Enter');
    await expect(link(results(page), 'Kho lạnh')).toBeVisible();
    await expectNoSidewaysScroll(page);
  });
});

test('the results are whole at every width @once', async ({ page }) => {
  test.slow();
  await register(page);
  await addRecords(page);
  await postCompany(page, { name: `Mẫu ${'Dài'.repeat(60)}`, status: 'lead', notes: 'mẫu '.repeat(200) });
  for (const path of ['/search?q=mau', '/search?q=mau&kind=companies', '/search?q=khongcogi', '/search']) {
    await page.goto(path);
    await forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  }
});
