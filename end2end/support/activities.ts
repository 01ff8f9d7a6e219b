// Activities, as a person logs and finds them.

import { expect, type Locator, type Page } from '@playwright/test';
import { button, field, link } from './form.ts';
import { waitForListener } from './islands.ts';

/** Logs an activity by its form's own request, for tests that need many. Gives its path. */
export async function postActivity(page: Page, values: Record<string, string> & { subject: string }): Promise<string> {
  const form = { type: 'call', ...values };
  const answer = await page.request.post('/activities/new', { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const path = answer.headers()['location'] ?? '';
  expect(path).toMatch(/^\/activities\/[0-9a-f-]{36}$/);
  return path;
}

/** A record's id, from its path. */
export function idOf(path: string): string {
  return path.split('/').pop() ?? '';
}

/** The timeline of the page. */
export function timeline(page: Page): Locator {
  return page.getByRole('region', { name: 'Timeline' });
}

/** What a timeline's entries are about, from top to bottom. */
export async function entries(page: Page): Promise<string[]> {
  return (await timeline(page).getByRole('listitem').locator('p:first-child').allTextContents()).map((text) => text.trim());
}

/** The subjects in the list of activities, from top to bottom. */
export async function subjects(page: Page): Promise<string[]> {
  const links = page.getByRole('table').locator('tbody td.name').getByRole('link');
  return (await links.allTextContents()).map((text) => text.trim().replace(/^\w+: /, ''));
}

/** Opens the quick log by the link with this name; its dialog is ready afterwards. */
export async function openQuickLog(page: Page, from: Locator, name: string): Promise<Locator> {
  await waitForListener(page, 'keydown');
  await link(from, name).first().click();
  return quickLog(page);
}

/** The quick log's dialog, open. */
export async function quickLog(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Log activity' });
  await expect(button(dialog, 'Log activity')).toBeVisible();
  return dialog;
}

/** What is chosen in a picker, by its name: a select without a script, an input with one. */
export async function picked(within: Page | Locator, label: string): Promise<string> {
  return field(within, label).evaluate((element) => (element instanceof HTMLSelectElement ? (element.selectedOptions[0]?.textContent ?? '') : (element as HTMLInputElement).value));
}
