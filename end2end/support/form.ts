// Forms as a person sees them: by their labels.

import { expect, type Locator, type Page } from '@playwright/test';

/** The field with this label; the star of a required one is for the eye. */
export function field(within: Page | Locator, label: string): Locator {
  return within.getByLabel(new RegExp(`^${label}( \\*)?$`));
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

/** No field is marked. */
export async function expectNoErrors(page: Page): Promise<void> {
  await expect(page.locator('[aria-invalid="true"]')).toHaveCount(0);
}

export function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true });
}

export function link(within: Page | Locator, name: string): Locator {
  return within.getByRole('link', { name, exact: true });
}
