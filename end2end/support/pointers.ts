// Mouse and touch input, as events of the browser.

import type { Page } from '@playwright/test';

export interface Point {
  x: number;
  y: number;
}

/** What a card is dragged with. */
export interface Pointer {
  down(at: Point): Promise<void>;
  move(to: Point): Promise<void>;
  up(): Promise<void>;
}

export async function mouse({ mouse }: Page): Promise<Pointer> {
  return {
    async down(at) {
      await mouse.move(at.x, at.y);
      await mouse.down();
    },
    move: (to) => mouse.move(to.x, to.y),
    up: () => mouse.up(),
  };
}

/** A finger; the page's context must have a touch screen. */
export async function finger(page: Page): Promise<Pointer> {
  const cdp = await page.context().newCDPSession(page);
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]) => void (await cdp.send('Input.dispatchTouchEvent', { type, touchPoints }));
  return { down: (at) => touch('touchStart', [at]), move: (to) => touch('touchMove', [to]), up: () => touch('touchEnd', []) };
}
