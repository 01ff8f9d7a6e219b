// What is around every page: sidebar, top bar, menus, error pages.

import { addCompany, expectNotice } from '../support/companies.ts';
import { button, formWith, link } from '../support/form.ts';
import { WIDTHS, expectNoLayoutShift, expectNoSidewaysScroll, resize, watchLayoutShifts } from '../support/layout.ts';
import { register, newPerson } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript(() => {
  test('the sidebar leads to every page there is and marks the one shown @once', async ({ page }) => {
    await register(page);
    const main = page.getByRole('navigation', { name: 'Main' });
    await expect(main.getByRole('link')).toHaveText([/Dashboard/, /Today/, /Companies/, /Contacts/, /Deals/, /Activities/, /Tasks/, /Team/]);
    for (const name of ['Contacts', 'Deals', 'Activities', 'Tasks', 'Team', 'Today', 'Dashboard', 'Companies']) {
      await link(main, name).click();
      await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
      await expect(link(main, name)).toHaveAttribute('aria-current', 'page');
      await expect(main.locator('[aria-current]')).toHaveCount(1);
    }
  });

  test('the sidebar folds to its icons @once', async ({ page }) => {
    await register(page);
    const main = page.getByRole('navigation', { name: 'Main' });
    const width = async () => (await main.boundingBox())!.width;
    expect(await width()).toBeGreaterThan(200);
    await page.getByRole('checkbox', { name: 'Collapse sidebar' }).press('Space');
    await expect.poll(width).toBeLessThan(60);
    // A rail of icons keeps its words for who can't see them.
    await link(main, 'Deals').click();
    await expect(page).toHaveURL('/deals');
  });

  test('on a phone the sidebar is a drawer @once', async ({ page }) => {
    await resize(page, 360);
    await register(page);
    const deals = page.getByRole('link', { name: 'Deals', exact: true });
    await expect(deals).toBeHidden();
    await button(page, 'Menu').click();
    await expect(deals).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(deals).toBeHidden();
    await button(page, 'Menu').click();
    await deals.click();
    await expect(page.getByRole('heading', { name: 'Deals', level: 1 })).toBeVisible();
    await expect(deals).toBeHidden();
  });

  test('a tablet has the rail of icons @once', async ({ page }) => {
    await resize(page, 820);
    await register(page);
    const main = page.getByRole('navigation', { name: 'Main' });
    expect((await main.boundingBox())!.width).toBeLessThan(60);
    await link(main, 'Deals').click();
    await expect(page).toHaveURL('/deals');
  });

  test('the user menu says who is signed in and works by keyboard @once', async ({ page }) => {
    const person = await register(page, newPerson('Nguyễn Thị Hồng'));
    const toggle = button(page, `Account of ${person.name}`);
    await toggle.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText(person.email)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByText(person.email)).toBeHidden();
    await expect(toggle).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(link(page, 'Your settings')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(link(page, 'Commands')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(link(page, 'Keyboard shortcuts')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(button(page, 'Sign out')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/login$/);
  });

  test('"New" adds a company or a deal from anywhere @once', async ({ page }) => {
    await register(page);
    for (const [what, verb] of [['Deal', 'Create deal'], ['Company', 'Create company']] as const) {
      await page.goto('/companies');
      await button(page, 'New').click();
      await link(page, what).click();
      await expect(formWith(page, verb)).toBeVisible();
    }
  });

  test('the first Tab skips to the content @once', async ({ page }) => {
    await register(page);
    await page.goto('/companies');
    await page.keyboard.press('Tab');
    const skip = link(page, 'Skip to content');
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(link(page.getByRole('main'), 'Export')).toBeFocused();
  });

  test('an address with nothing at it gets our page, signed in or not @once', async ({ page, expectedMessages }) => {
    expectedMessages.push(/404/);
    const expectOurs = async () => {
      const answer = await page.goto('/no/such/page');
      expect(answer?.status()).toBe(404);
      await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
      await expect(link(page, 'Go to the start page')).toBeVisible();
      await expectNoSidewaysScroll(page);
    };
    await expectOurs();
    await register(page);
    await expectOurs();
    await link(page, 'Go to the start page').click();
    await expect(page).toHaveURL('/');
  });
});

test('no page scrolls sideways or moves while it comes up @once', async ({ page }) => {
  await watchLayoutShifts(page);
  await register(page);
  const long = 'Công ty Trách nhiệm Hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Vận tải Kho bãi Logistics Đông Nam Á';
  const company = await addCompany(page, {
    Name: long,
    Industry: 'Thương mại, dịch vụ, xuất nhập khẩu, vận tải và kho bãi',
    Website: `${'rat-dai-'.repeat(10)}x.example.com/${'duong-dan'.repeat(20)}`,
    Email: `${'x'.repeat(120)}@example.com`,
    Notes: 'W'.repeat(400),
    'New tag': 'Khách hàng rất quan trọng ở miền Nam',
  });
  for (const path of ['/companies', '/companies/new', company, `${company}/edit`, `${company}/delete`, `${company}?tab=deals`, '/deals', '/deals/new']) {
    for (const width of WIDTHS) {
      await resize(page, width);
      await page.goto(path);
      await expectNoSidewaysScroll(page);
      await expectNoLayoutShift(page);
    }
  }
  await page.context().clearCookies();
  for (const path of ['/login', '/register']) {
    for (const width of WIDTHS) {
      await resize(page, width);
      await page.goto(path);
      await expectNoSidewaysScroll(page);
      await expectNoLayoutShift(page);
    }
  }
});

test('printed, a page is its content @once', async ({ page }) => {
  await register(page);
  await addCompany(page, { Name: 'In ra giấy' });
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { name: 'In ra giấy' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('status')).toBeHidden();
  await expect(link(page, 'Edit')).toBeHidden();
});

test('what was done is said once, then gone @once', async ({ page }) => {
  await register(page);
  await addCompany(page, { Name: 'Một lần' });
  await expectNotice(page, 'Một lần was created');
  await link(page.getByRole('main'), 'Companies').click();
  await expect(page.getByRole('status')).toBeEmpty();
});

test('every answer carries the headers that hold a browser back', async ({ page, baseURL, expectedMessages }) => {
  expectedMessages.push(/40[04]/);
  await register(page);
  for (const path of ['/companies', '/deals', '/companies/new', '/no/such/page', '/companies?page=0', '/favicon.svg', '/readyz']) {
    const headers = (await page.request.get(baseURL + path)).headers();
    const policy = headers['content-security-policy'] ?? '';
    for (const directive of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'"]) expect(policy, path).toContain(directive);
    expect(policy, path).not.toContain('unsafe-inline');
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['referrer-policy'], path).toBe('same-origin');
    if (!path.startsWith('/favicon')) expect(headers['cache-control'], path).toBe('no-store');
  }
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i += 1) {
    const policy = (await page.request.get(`${baseURL}/companies/new`)).headers()['content-security-policy'] ?? '';
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '');
  }
  expect(nonces.size).toBe(3);
});

test('a notice with one long word stays within a phone’s screen', async ({ page }) => {
  await register(page);
  await resize(page, 360);
  await addCompany(page, { Name: 'x'.repeat(200) });
  const notice = (await page.locator('.toast-body').boundingBox())!;
  expect(notice.x).toBeGreaterThanOrEqual(0);
  expect(notice.x + notice.width).toBeLessThanOrEqual(360);
  expect(await page.locator('.toast-body').evaluate((body) => body.scrollWidth <= body.clientWidth)).toBe(true);
  await expectNoSidewaysScroll(page);
});
