// Companies, as a person adds and finds them.

import { expect, type Locator, type Page } from '@playwright/test';
import { button, fill, openForm } from './form.ts';

/** Adds a company through its form, by the button on the list; the page is its detail page afterwards. Gives its path. */
export async function addCompany(page: Page, values: Record<string, string> & { Name: string }): Promise<string> {
  await page.goto('/companies');
  const form = await openForm(page.getByRole('main'), 'New company', 'Create company');
  await fill(form, values);
  await button(form, 'Create company').click();
  await expectNotice(page, `${values.Name} was created`);
  return new URL(page.url()).pathname;
}

/** Adds a company by its form's own request, for tests that need many: no page is drawn. */
export async function postCompany(page: Page, values: Record<string, string> & { name: string }): Promise<string> {
  const answer = await page.request.post('/companies/new', { form: values, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const path = answer.headers()['location'] ?? '';
  expect(path).toMatch(/^\/companies\/[0-9a-f-]{36}$/);
  return path;
}

/** The list's row of the company with this name. */
export function row(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** Searches the list of companies. */
export async function search(page: Page, words: string): Promise<void> {
  const box = page.getByRole('searchbox', { name: 'Search companies' });
  await box.fill(words);
  await box.press('Enter');
  await expect(page).toHaveURL(/[?&]q=/);
}

/** The names in the list, from top to bottom. While the browser goes to another page there are none, so that a poll asks again. */
export async function names(page: Page): Promise<string[]> {
  return textsOf(page.getByRole('main').locator('tbody').getByRole('row').locator('td.name').getByRole('link'));
}

/** The texts of these elements; none while the browser goes to another page. */
export async function textsOf(elements: Locator): Promise<string[]> {
  return elements.allInnerTexts().catch((error: unknown) => {
    if (String(error).includes('Execution context was destroyed')) return [];
    throw error;
  });
}

/** What was just done is said in the status region. */
export async function expectNotice(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('status')).toContainText(text);
}
