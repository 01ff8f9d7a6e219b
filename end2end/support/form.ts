// Forms as a person sees them: by their labels.

import { expect, type Locator, type Page } from '@playwright/test';

/** The field with this label; the star of a required one is for the eye. */
export function field(within: Page | Locator, label: string): Locator {
  const page = 'page' in within ? within.page() : within;
  // A picker's list has the same name.
  return within.getByLabel(new RegExp(`^${label}( \\*)?$`)).and(page.locator('input, select, textarea'));
}

/** Types a value into each field, by its label. */
export async function fill(within: Page | Locator, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    const input = field(within, label);
    const isSelect = (await input.evaluate((element) => element.tagName)) === 'SELECT';
    if (isSelect) await input.selectOption({ label: value });
    else await input.fill(value);
  }
}

/** The message at a field says this, and the field is marked for those who can't see it. */
export async function expectError(within: Page | Locator, label: string, message: string | RegExp): Promise<void> {
  await expect(field(within, label)).toHaveAttribute('aria-invalid', 'true');
  await expect(field(within, label)).toHaveAccessibleDescription(message);
}

export function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true });
}

export function link(within: Page | Locator, name: string): Locator {
  return within.getByRole('link', { name, exact: true });
}

/** Follows a link to a form: a page of its own, or a dialog over the page once the script runs. Gives the form, by its verb. */
export async function openForm(from: Page | Locator, linkName: string, verb: string): Promise<Locator> {
  const page = 'page' in from ? from.page() : from;
  await link(from, linkName).first().click();
  const form = formWith(page, verb);
  await expect(form).toBeVisible();
  return form;
}

/** Sends a form past the browser's checks, so that the server's are seen. */
export async function sendUnchecked(page: Page, verb: string): Promise<void> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    formWith(page, verb).evaluate((form) => (form as HTMLFormElement).submit()),
  ]);
  expect(answer.status()).toBe(303);
  await page.waitForLoadState();
}

/** Deletes a record that is at this version by its form's own request: no page is drawn. */
export async function postDelete({ request }: Pick<Page, 'request'>, path: string, version = '1'): Promise<void> {
  const answer = await request.post(`${path}/delete`, { form: { version }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Saves a record's fields by its form's own request, as somebody else would meanwhile: no page is drawn. */
export async function postEdit({ request }: Pick<Page, 'request'>, path: string, form: Record<string, string>): Promise<void> {
  const answer = await request.post(`${path}/edit`, { form: { version: '1', ...form }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The form with this button. */
export function formWith(page: Page, verb: string): Locator {
  return page.locator('form').filter({ has: button(page, verb) });
}
