// axe on every page, light and dark, wide and narrow.

import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { seedLongNames, postDeal } from '../support/deals.ts';
import { fill, sendUnchecked } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Each page, brought up by what leads there. */
const PAGES: Record<string, (page: Page) => Promise<unknown>> = {
  'empty list': (page) => page.goto('/companies'),
  'empty board': (page) => page.goto('/deals'),
  'company form': (page) => page.goto('/companies/new'),
  'company form with errors': async (page) => {
    await page.goto('/companies/new');
    await fill(page, { Website: 'no', Phone: 'no', Email: 'no' });
    await sendUnchecked(page, 'Create company');
    await expect(page.getByRole('alert')).toBeVisible();
  },
  'company detail': async (page) => {
    // By its request: the form on the page still has what was refused a moment ago.
    await page.goto(await postCompany(page, { name: `Đường Quảng Ngãi ${Date.now()}`, status: 'lead', industry: 'Thực phẩm', website: 'qns.com.vn', notes: 'x' }));
  },
  'company list': (page) => page.goto('/companies'),
  'list that matches nothing': (page) => page.goto('/companies?q=xyzzy&status=lead'),
  'delete question': async (page) => page.goto(`${await postCompany(page, { name: 'Tạm' })}/delete`),
  'board, deal and its pages': async (page) => {
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'Xe tải đông lạnh', company, value: '1,5 tỷ', expected_close_date: '2026-12-31' });
    const deal = await postDeal(page, { name: 'Kho lạnh', company, value: '640 triệu', stage: 'proposal' });
    for (const path of [deal, `${deal}/edit`, `${deal}/move`, `${deal}/delete`, '/deals/new']) {
      await page.goto(path);
      await expectAccessible(page);
    }
    await page.goto('/deals');
  },
  'not found': (page) => page.goto('/no/such/page'),
};

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [1440, 360]) {
    test(`axe finds nothing, ${scheme}, ${width} px @once`, async ({ page, expectedMessages }) => {
      test.slow();
      expectedMessages.push(/404/);
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await resize(page, width);
      for (const path of ['/login', '/register', '/forgot-password']) {
        await page.goto(path);
        await expectAccessible(page);
      }
      await register(page);
      for (const [name, open] of Object.entries(PAGES)) {
        await test.step(name, async () => {
          await open(page);
          await expectAccessible(page);
        });
      }
    });
  }
}

test('axe finds nothing in the list of deals, empty, filtered or full of long names, whatever the width @once', async ({ page }) => {
  test.slow();
  const look = () => forEachThemeAndWidth(page, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    const cut = await page.locator('main .panel').evaluateAll((panels) => panels.filter((panel) => panel.scrollWidth > panel.clientWidth).length);
    expect(cut, `panels whose right end is cut off at ${page.viewportSize()?.width} px`).toBe(0);
  });
  await register(page);
  await page.goto('/deals?view=list');
  await expect(page.getByRole('main')).toContainText('No deals yet');
  await look();
  await seedLongNames(page);
  await look();
  await page.goto('/deals?view=list&select=page&stage=proposal');
  await look();
  await page.goto('/deals?view=list&q=xyzzy&stage=proposal&value_min=10');
  await expect(page.getByRole('main')).toContainText('No deal matches');
  await look();
});
