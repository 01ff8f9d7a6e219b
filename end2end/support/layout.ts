// Measures of a page as it lies on the screen.

import { expect, type Page } from '@playwright/test';

export const WIDTHS = [360, 820, 1440];

export async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: width < 768 ? 740 : 900 });
}

/** Runs `look` in light and dark, at every width of `WIDTHS`. */
export async function forEachThemeAndWidth(page: Page, look: () => Promise<void>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await resize(page, width);
      await look();
    }
  }
}

/** The page is no wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll('body *')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.right > width + 0.5;
    });
    return { by: document.documentElement.scrollWidth - width, elements: wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 150)) };
  });
  expect(overflow.by, `${page.url()} at ${page.viewportSize()?.width} px: ${overflow.elements.join('\n')}`).toBeLessThanOrEqual(0);
}

/** Starts to add up layout shifts on every page loaded from now on. */
export async function watchLayoutShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; nodes: string[] }[] = [];
    (window as unknown as { shifts: typeof shifts }).shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Element }[] })[]) {
        shifts.push({ value: entry.value, nodes: entry.sources.map((source) => source.node?.outerHTML?.slice(0, 120) ?? '') });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** Nothing moved while the page came up. */
export async function expectNoLayoutShift(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
  const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; nodes: string[] }[] }).shifts);
  expect(shifts, `layout shifts of ${page.url()}`).toEqual([]);
}
