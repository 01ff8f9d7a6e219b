// Who decides at a company: the map, the warning, and the same as filters on the list.

import { expectAccessible } from '../support/axe.ts';
import { names, postCompany } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { filterChip } from '../support/filters.ts';
import { button, fill, link } from '../support/form.ts';
import { formReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

interface Someone {
  name: string;
  authority_level?: string;
  reports_to_id?: string;
  [field: string]: string | undefined;
}

/** Adds somebody to a company by the form's own request. Gives their id. */
async function postContact(page: Page, company: string, values: Someone): Promise<string> {
  const form = Object.fromEntries(Object.entries({ company_id: company.split('/').pop(), ...values }).filter(([, value]) => value)) as Record<string, string>;
  const answer = await page.request.post('/contacts/new', { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return (answer.headers()['location'] ?? '').split('/').pop() ?? '';
}

const map = (page: Page): Locator => page.getByRole('main').locator('section').filter({ has: page.getByRole('heading', { name: 'Who decides' }) });

/** Names as nested lists have them: `Đức(An Bình)`. */
async function drawn(page: Page): Promise<string> {
  return map(page).locator('.decision-map > ul').evaluate((root) => {
    const draw = (list: Element): string =>
      [...list.children]
        .map((item) => {
          const below = item.querySelector(':scope > ul');
          const folded = item.querySelector(':scope > details > summary');
          return (folded?.textContent ?? item.querySelector(':scope > div a')?.textContent ?? '') + (below ? `(${draw(below)})` : '');
        })
        .join(' ');
    return draw(root);
  });
}

withAndWithoutJavaScript((javaScript) => {
  test('a company tells who reports to whom, and what each decides', async ({ page }) => {
    await register(page);
    const group = await postCompany(page, { name: 'Tập đoàn Mẹ' });
    const company = await postCompany(page, { name: 'Đường Quảng Ngãi' });
    const chair = await postContact(page, group, { name: 'Chủ tịch' });
    const director = await postContact(page, company, { name: 'Nguyễn Văn Đức', job_title: 'General Director', authority_level: 'primary', phone: '0903 123 456', reports_to_id: chair });
    const accountant = await postContact(page, company, { name: 'Trần Thị Đào', authority_level: 'secondary', reports_to_id: director });
    await postContact(page, company, { name: '<script>alert(1)</script> 🙂', reports_to_id: accountant });
    await postContact(page, company, { name: 'Lê Quang Huy', authority_level: 'influencer' });
    await page.goto(company);
    expect(await drawn(page)).toBe('Nguyễn Văn Đức(Trần Thị Đào(<script>alert(1)</script> 🙂)) Lê Quang Huy');
    const first = map(page).getByRole('listitem').first();
    await expect(first).toContainText('General Director · Reports to Chủ tịch at Tập đoàn Mẹ');
    await expect(first.getByText('Primary', { exact: true })).toBeVisible();
    await expect(link(first, 'Call Nguyễn Văn Đức')).toHaveAttribute('href', 'tel:+84903123456');
    await link(map(page), 'Trần Thị Đào').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trần Thị Đào');
  });

  test('a company with open deals warns until somebody who signs is known, and the list finds it', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Bán hàng' });
    await postCompany(page, { name: 'Không bán' });
    await page.goto(company);
    await expect(page.locator('.decision-warning')).toHaveCount(0);
    await postDeal(page, { name: 'Xe tải', company });
    await page.reload();
    await expect(page.locator('.decision-warning')).toContainText('1 deal is open, but nobody here is known to sign');
    await expect(link(page.locator('.decision-warning'), 'Add who signs')).toHaveAttribute('href', /\/contacts\/new\?company_id=/);

    await page.goto('/companies');
    const filter = filterChip(page, 'Who decides');
    await filter.locator('summary').click();
    await filter.getByRole('checkbox', { name: 'No primary decision-maker' }).check();
    await button(filter, 'Apply').click();
    await expect(page).toHaveURL(/decision=no-primary/);
    await expect.poll(() => names(page)).toEqual(['Bán hàng']);

    await postContact(page, company, { name: 'Đức', authority_level: 'primary', phone: '0903 123 456' });
    await page.reload();
    await expect(page.getByRole('main')).toContainText('No company matches');
    await page.goto('/companies?decision=not-contacted');
    await expect.poll(() => names(page)).toEqual(['Bán hàng']);
    await link(page, 'Clear Who decides').click();
    await expect.poll(async () => (await names(page)).length).toBe(2);
    await page.goto(company);
    await expect(page.locator('.decision-warning')).toContainText('Nobody who signs here was contacted yet');
    await expect(link(page.locator('.decision-warning'), 'Call Đức')).toHaveAttribute('href', 'tel:+84903123456');
  });

  test('a second primary is asked about before it is saved', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const first = await postContact(page, company, { name: 'Đức', authority_level: 'primary' });
    await page.goto(`/contacts/new?company_id=${company.split('/').pop()}`);
    await formReady(page, javaScript);
    await fill(page, { Name: 'Lan' });
    await page.getByLabel('Authority', { exact: true }).selectOption('primary');
    await button(page, 'Create contact').click();
    const question = page.getByRole('group', { name: 'Primary decision-maker' });
    await expect(link(question, 'Đức')).toHaveAttribute('href', `/contacts/${first}`);
    await expect(question.getByRole('radio', { name: 'Keep both as primary' })).not.toBeChecked();
    await formReady(page, javaScript);
    await question.getByRole('radio', { name: 'Make Đức secondary' }).check();
    await button(page, 'Create contact').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lan');
    await page.goto(`/contacts/${first}`);
    await expect(page.getByRole('main').getByText('Secondary', { exact: true })).toBeVisible();
  });

  test('many people are folded below those who have a say', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Đông người' });
    const director = await postContact(page, company, { name: 'Giám đốc', authority_level: 'primary' });
    const head = await postContact(page, company, { name: 'Trưởng phòng', reports_to_id: director });
    await postContact(page, company, { name: 'Cố vấn', authority_level: 'influencer', reports_to_id: head });
    for (let i = 0; i < 37; i += 1) await postContact(page, company, { name: `Nhân viên ${i}`, reports_to_id: i % 2 ? head : director });
    await page.goto(company);
    expect(await drawn(page)).toBe('Giám đốc(Trưởng phòng(Cố vấn 18 people without a say under Trưởng phòng) 19 people without a say under Giám đốc)');
    const folded = map(page).locator('details').filter({ hasText: 'under Trưởng phòng' });
    await folded.locator('summary').press('Enter');
    await expect(link(folded, 'Nhân viên 1')).toBeVisible();
  });
});

test('the map fits a phone and a desk, light and dark @once', async ({ page }) => {
  test.slow();
  await register(page);
  const company = await postCompany(page, { name: 'Công ty Cổ phần Đường Quảng Ngãi' });
  await postDeal(page, { name: 'Xe tải', company });
  let boss = '';
  for (let depth = 0; depth < 7; depth += 1) {
    boss = await postContact(page, company, { name: `Nguyễn Thị Ngọc Ánh thứ ${depth}`, job_title: 'Trưởng phòng kế hoạch và vật tư', phone: '0903 1', email: 'a@b.vn', authority_level: depth % 2 ? 'influencer' : 'secondary', reports_to_id: boss });
  }
  for (let i = 0; i < 7; i += 1) await postContact(page, company, { name: `Nhân viên ${i}`, reports_to_id: boss });
  await page.goto(company);
  await forEachThemeAndWidth(page, async () => {
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
  await page.goto('/companies?decision=no-primary&decision=not-contacted');
  await resize(page, 360);
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
});

test('a filter that makes no sense gets a page with a way back', async ({ page, expectedMessages }) => {
  await register(page);
  expectedMessages.push(/400/);
  const answer = await page.goto('/companies?decision=nobody');
  expect(answer?.status()).toBe(400);
  await expect(link(page, 'Show the list without it')).toBeVisible();
});
