// The filters of a list.

import type { Locator, Page } from '@playwright/test';

/** The chip of a filter, by its label, with its menu. */
export function filterChip(page: Page, label: string): Locator {
  return page.getByRole('search').locator('.filter').filter({ has: page.locator('summary').getByText(label, { exact: true }) });
}
