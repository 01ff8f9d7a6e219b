// Deals and their board, as a person sees and moves them.

import { expect, type Locator, type Page } from '@playwright/test';
import { button, fill, link, openForm } from './form.ts';
import { expectNotice, postCompany } from './companies.ts';
import { idOf, postContact } from './contacts.ts';

export type Stage = 'prospecting' | 'qualification' | 'proposal' | 'negotiation' | 'closed-won' | 'closed-lost';

/** Adds a deal through its form, by the button on the board. */
export async function addDeal(page: Page, values: Record<string, string> & { Name: string }): Promise<void> {
  await page.goto('/deals');
  const form = await openForm(page.getByRole('main'), 'New deal', 'Create deal');
  await fill(form, values);
  await button(form, 'Create deal').click();
  await expectNotice(page, `${values.Name} was created`);
}

/** Adds a deal by its form's own request, for tests that need many. `company` is the company's path. Gives the deal's path. */
export async function postDeal(page: Page, { company, ...values }: Record<string, string> & { name: string; company: string }): Promise<string> {
  const form = { stage: 'prospecting', company_id: company.split('/').pop() ?? '', ...values };
  const answer = await page.request.post('/deals/new', { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const path = answer.headers()['location'] ?? '';
  expect(path).toMatch(/^\/deals\/[0-9a-f-]{36}$/);
  return path;
}

/** More than a page of deals with names as long as they come, a tag on each; the page is their list afterwards. */
export async function seedLongNames(page: Page): Promise<void> {
  const stages: Stage[] = ['prospecting', 'qualification', 'proposal', 'negotiation', 'closed-won'];
  const company = await postCompany(page, { name: 'Tổng công ty Cổ phần Xuất nhập khẩu Thiết bị Y tế và Vật tư Khoa học Kỹ thuật Miền Trung Tây Nguyên', new_tag: 'Khách hàng chiến lược khu vực phía Nam' });
  const contact = await postContact(page, { name: 'Nguyễn Hoàng Thị Phương Quỳnh Như', company_id: idOf(company) });
  for (let i = 1; i <= 24; i += 1) {
    const closes = new Date(Date.now() + (i * 9 - 40) * 86_400_000).toISOString().slice(0, 10);
    const name = `Cung cấp và lắp đặt hệ thống kho lạnh bảo quản vắc-xin đạt chuẩn GSP cho ${i} bệnh viện tuyến huyện, giai đoạn 2026-2028`;
    await postDeal(page, { name, company, contact_id: idOf(contact), value: `${i * 41}.411.411.411,50`, stage: stages[i % 5]!, expected_close_date: closes });
  }
  // The notice that the last one was created is as long, and must leave the bar free.
  await page.goto('/deals?view=list&select=page');
  await page.locator('.bulk-bar summary', { hasText: 'Add tag' }).click();
  await button(page.locator('.bulk-bar'), 'Khách hàng chiến lược khu vực phía Nam').click();
  await expectNotice(page, '20 deals changed');
}

/** Opens the board and, with JavaScript, waits until its cards can be moved. */
export async function openBoard(page: Page, javaScript = true): Promise<void> {
  await page.goto('/deals');
  await expect(page.getByRole('heading', { name: 'Deals', level: 1 })).toBeVisible();
  if (!javaScript) return;
  // The code of the islands comes at the first sign of a person.
  await page.mouse.move(4, 4);
  await page.mouse.move(5, 5);
  await expect(page.locator('#board')).toHaveAttribute('data-ready', '');
}

export function column(page: Page, stage: Stage): Locator {
  return page.locator(`#board [data-stage="${stage}"]`);
}

export function card(within: Page | Locator, name: string): Locator {
  const page = 'page' in within ? within.page() : within;
  return within.locator('li[data-id]').filter({ has: link(page, name) });
}

/** The cards of a column by name, from top to bottom. */
export async function cards(page: Page, stage: Stage): Promise<string[]> {
  return (await column(page, stage).locator('li[data-id] h3').allTextContents()).map((text) => text.trim());
}

/** The column holds these cards, and its head says how many deals they are and what they are worth together. */
export async function expectColumn(page: Page, stage: Stage, names: string[], total: string): Promise<void> {
  await expect.poll(() => cards(page, stage), stage).toEqual(names);
  await expectTotals(page, stage, names.length, total);
}

export async function expectTotals(page: Page, stage: Stage, count: number, total: string): Promise<void> {
  await expect(column(page, stage).locator('[data-count]').first()).toHaveText(String(count));
  await expect(column(page, stage).locator('[data-total]').first()).toHaveText(`${total}\u00a0₫`);
}

/** Where in a column a dragged card is let go. */
export type Drop = 'top' | 'bottom' | { below: string };

/** Takes a card by the mouse, carries it over a column in several steps, and holds it there. */
export async function dragAndHold(page: Page, name: string, stage: Stage, drop: Drop = 'top'): Promise<void> {
  const from = await center(card(page, name));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y + 4, { steps: 3 });
  const to = await dropPoint(page, stage, drop);
  await page.mouse.move(to.x, to.y, { steps: 12 });
  await expect(column(page, stage)).toHaveClass(/drop-target/);
}

/** Drags a card by the mouse and lets it go. */
export async function drag(page: Page, name: string, stage: Stage, drop: Drop = 'top'): Promise<void> {
  await dragAndHold(page, name, stage, drop);
  await page.mouse.up();
}

async function dropPoint(page: Page, stage: Stage, drop: Drop): Promise<{ x: number; y: number }> {
  const box = await boundingBoxOf(column(page, stage));
  const x = box.x + box.width / 2;
  if (drop === 'bottom') return { x, y: box.y + box.height - 8 };
  if (drop === 'top') {
    const first = column(page, stage).locator('li[data-id]').first();
    const hasCards = (await column(page, stage).locator('li[data-id]').count()) > 0 && (await first.isVisible());
    return { x, y: hasCards ? (await boundingBoxOf(first)).y + 4 : box.y + Math.min(120, box.height / 2) };
  }
  const above = await boundingBoxOf(card(column(page, stage), drop.below));
  return { x, y: above.y + above.height - 4 };
}

export async function boundingBoxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is not to be seen`);
  return box;
}

export async function center(locator: Locator): Promise<{ x: number; y: number }> {
  await locator.scrollIntoViewIfNeeded();
  const box = await boundingBoxOf(locator);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
