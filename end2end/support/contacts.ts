// Contacts, as a person adds, picks and finds them.

import { expect, type Locator, type Page } from '@playwright/test';
import { button, field } from './form.ts';

/** Adds a contact by its form's own request, for tests that need many: no page is drawn. Gives its path. */
export async function postContact({ request }: Pick<Page, 'request'>, values: Record<string, string> & { name: string }): Promise<string> {
  const answer = await request.post('/contacts/new', { form: values, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const path = answer.headers()['location'] ?? '';
  expect(path).toMatch(/^\/contacts\/[0-9a-f-]{36}$/);
  return path;
}

/** The id at the end of a record's path. */
export function idOf(path: string): string {
  return path.split('/').pop() ?? '';
}

/** Searches the list of contacts. */
export async function searchContacts(page: Page, words: string): Promise<void> {
  const box = page.getByRole('searchbox', { name: 'Search contacts' });
  await box.fill(words);
  await box.press('Enter');
  await expect(page).toHaveURL(/[?&]q=/);
}

/** Picks a record: by typing a part of its name and Enter with JavaScript, from the select without. */
export async function pick(form: Locator, label: string, words: string, name: string, javaScript: boolean): Promise<void> {
  if (!javaScript) {
    const value = await field(form, label).locator('option', { hasText: name }).first().getAttribute('value');
    await field(form, label).selectOption(value);
    return;
  }
  const input = form.getByRole('combobox', { name: label });
  await input.fill(words);
  const list = form.getByRole('listbox', { name: `Matches: ${label}` });
  await expect(list.getByRole('option', { selected: true })).toContainText(name);
  await input.press('Enter');
  await expect(list).toBeHidden();
  await expect(input).toHaveValue(new RegExp(name));
}

/** Asks for the deletion and confirms it. */
export async function deleteContact(page: Page, path: string): Promise<void> {
  await page.goto(`${path}/delete`);
  await button(page, 'Delete contact').click();
  await expect(page).toHaveURL('/contacts');
}
