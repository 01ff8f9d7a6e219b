// Tasks, as a person adds and finds them.

import { expect, type Locator, type Page } from '@playwright/test';

/** Adds a task by its form's own request, for tests that need many: no page is drawn. Gives its path. */
export async function postTask(page: Page, values: Record<string, string> & { title: string }): Promise<string> {
  const answer = await page.request.post('/tasks/new', { form: values, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const path = answer.headers()['location'] ?? '';
  expect(path).toMatch(/^\/tasks\/[0-9a-f-]{36}$/);
  return path;
}

/** The day that is so many days after today where a new workspace is, as `2026-11-28`. */
export function dayFromToday(days: number): string {
  const at = new Date(Date.now() + days * 24 * 60 * 60 * 1000);
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(at);
}

/** What the list of tasks says from top to bottom: headings of groups and titles. */
export async function taskList(page: Page): Promise<string[]> {
  const lines = page.locator('#tasks tbody').locator('th[scope="rowgroup"], td.name a.title');
  return (await lines.allInnerTexts()).map((text) => text.trim());
}

/** The line of a task in the list, or on the page of another record. */
export function taskLine(page: Page, title: string): Locator {
  return page.locator('#tasks').locator('tr, li').filter({ has: page.getByRole('link', { name: title, exact: true }) });
}
