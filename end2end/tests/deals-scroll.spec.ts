// A card held at an edge: the board and the page scroll along, under a mouse and under a finger.

import { expectNotice, postCompany } from '../support/companies.ts';
import { boundingBoxOf, card, cards, center, column, openBoard, postDeal } from '../support/deals.ts';
import { resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { finger, mouse, type Point, type Pointer } from '../support/pointers.ts';
import { expect, type Page, test } from '../support/test.ts';

/** A board that is wider and longer than the window. */
async function largeBoard(page: Page): Promise<void> {
  await resize(page, 820);
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  for (let i = 20; i >= 1; i -= 1) await postDeal(page, { name: `Deal ${i}`, company, value: '1' });
  await openBoard(page);
}

/** Takes a card and holds it. */
async function take(page: Page, pointer: Pointer, name: string): Promise<Point> {
  const at = await center(card(page, name));
  await pointer.down(at);
  // A mouse slips, a finger is held: then the card fades.
  if (!(await page.evaluate(() => navigator.maxTouchPoints))) await pointer.move({ x: at.x + 6, y: at.y });
  await expect(card(page, name)).toHaveCSS('opacity', /^0\.\d+$/);
  return at;
}

for (const [name, hold] of Object.entries({ mouse, finger })) {
  test.describe(`by ${name} @once`, () => {
    test.use({ hasTouch: name === 'finger' });

    test('at the sides of the board it brings the columns beyond', async ({ page }) => {
      await largeBoard(page);
      const pointer = await hold(page);
      const board = page.locator('#board');
      const scrolled = () => board.evaluate((element) => Math.round(element.scrollLeft));
      const end = await board.evaluate((element) => element.scrollWidth - element.clientWidth);
      const { x: left } = await boundingBoxOf(board);
      expect(end).toBeGreaterThan(100);
      const { y } = await take(page, pointer, 'Deal 1');
      await pointer.move({ x: 815, y });
      await expect.poll(scrolled).toBe(end);
      await pointer.move({ x: left + 5, y });
      await expect.poll(scrolled).toBe(0);
      await pointer.move({ x: 815, y });
      await expect.poll(scrolled).toBe(end);
      const negotiation = await boundingBoxOf(column(page, 'negotiation'));
      await pointer.move({ x: negotiation.x + negotiation.width / 2, y });
      await pointer.up();
      await expectNotice(page, '“Deal 1” moved to Negotiation');
      expect(await cards(page, 'negotiation')).toEqual(['Deal 1']);
    });

    test('at the top and bottom it goes along the column', async ({ page }) => {
      await largeBoard(page);
      const pointer = await hold(page);
      const scrolled = () => page.evaluate(() => Math.round(scrollY));
      const end = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      expect(end).toBeGreaterThan(500);
      const { x } = await take(page, pointer, 'Deal 1');
      await pointer.move({ x, y: 895 });
      await expect.poll(scrolled).toBe(end);
      await pointer.move({ x, y: 5 });
      await expect.poll(scrolled).toBe(0);
      await pointer.move({ x, y: 895 });
      await expect.poll(scrolled).toBe(end);
      await pointer.up();
      await expectNotice(page, '“Deal 1” moved within Prospecting');
      expect((await cards(page, 'prospecting')).at(-1)).toBe('Deal 1');
    });
  });
}
