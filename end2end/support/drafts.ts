// What was typed into a form and not saved, as the browser keeps it and offers it.

import { expect, type Locator, type Page } from '@playwright/test';
import { formsReady } from './islands.ts';

/** Opens a page, and waits until what is typed on it is kept and what was typed before is offered. */
export async function openWithFirstInput(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await formsReady(page);
}

/** The offer of what was typed before, as far as it is to be seen. */
export function draftOffer(within: Page | Locator): Locator {
  const page = 'page' in within ? within.page() : within;
  return within.getByRole('status').filter({ has: page.getByRole('button', { name: /^Restore what you typed/ }) });
}

/** The button that shows again what was typed. */
export function restoreButton(within: Page | Locator): Locator {
  return within.getByRole('button', { name: /^Restore what you typed (on \d\d\/\d\d\/\d{4} )?at \d\d:\d\d$/ });
}

/** The form offers what was typed before, by a button that says when it was. */
export async function expectOffered(within: Page | Locator): Promise<void> {
  await expect(draftOffer(within)).toContainText('was not saved');
  await expect(restoreButton(within)).toBeVisible();
}

/** The offer says, or does not say, that the record was saved since. */
export async function expectSavedSince(within: Page | Locator, since: boolean): Promise<void> {
  await expectOffered(within);
  // As it is seen: it may be there and hidden.
  const words = draftOffer(within).getByText(/^The record was saved since, (on \d\d\/\d\d\/\d{4} )?at \d\d:\d\d\.$/);
  if (since) await expect(words).toBeVisible();
  else await expect(words).toBeHidden();
}

/** A page that is open and simulateFirstInput offers nothing. */
export async function expectNothingOffered(within: Page | Locator): Promise<void> {
  await formsReady('page' in within ? within.page() : within);
  await expect(draftOffer(within)).toHaveCount(0);
}

/** The keys of the drafts that this browser keeps. */
export async function draftKeys(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('draft ')));
}

/** This browser keeps no draft any more. */
export async function expectNoDrafts(page: Page): Promise<void> {
  await expect.poll(() => draftKeys(page)).toEqual([]);
}

/** Makes the drafts that this browser keeps be typed at another time, in milliseconds since 1970. */
export async function dateDrafts(page: Page, at: number): Promise<void> {
  await page.evaluate((at) => {
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith('draft '))) {
      localStorage.setItem(key, `${at}${(localStorage.getItem(key) ?? '').replace(/^\d+/, '')}`);
    }
  }, at);
}
