// Pictures of the main pages, to be laid beside the design: `npm run screenshots` writes them to end2end/pictures/.

import { addCompany, postCompany } from '../support/companies.ts';
import { seedLongNames, openBoard, postDeal } from '../support/deals.ts';
import { fill, sendUnchecked } from '../support/form.ts';
import { resize, WIDTHS } from '../support/layout.ts';
import { fillRegistration, register, newPerson, signInAsAdmin } from '../support/people.ts';
import { expect, type Page, test } from '../support/test.ts';

const FOLDER = new URL('../pictures/', import.meta.url).pathname;

const COMPANIES: (Record<string, string> & { name: string })[] = [
  { name: 'Đường Quảng Ngãi', industry: 'Thực phẩm', size: '500+', status: 'active', new_tag: 'Khách hàng lớn' },
  { name: 'Ánh Dương Logistics', industry: 'Vận tải', size: '51-200', status: 'active', new_tag: 'Miền Nam' },
  { name: 'Saigon Precision', industry: 'Manufacturing', size: '201-500', status: 'lead', new_tag: 'Hội chợ 2026' },
  { name: 'Cà phê Buôn Mê', industry: 'Thực phẩm', size: '11-50', status: 'lead' },
  { name: 'Bệnh viện Tâm Đức', industry: 'Y tế', size: '201-500', status: 'active' },
  { name: 'Gốm Đồng Tâm', industry: 'Vật liệu', size: '51-200', status: 'inactive' },
];

const DEALS: [name: string, company: number, value: string, stage: string, closesInDays: number][] = [
  ['Pilot Tây Ninh', 3, '90 triệu', 'prospecting', 70],
  ['Kho lạnh Đồng Nai', 1, '640 triệu', 'prospecting', 60],
  ['Xe tải đông lạnh 2026', 1, '1,5 tỷ', 'prospecting', 21],
  ['Thiết bị phòng thí nghiệm', 4, '380 triệu', 'qualification', 37],
  ['ERP rollout', 2, '2,1 tỷ', 'qualification', 45],
  ['Showroom Đà Nẵng', 5, '310 triệu', 'proposal', 27],
  ['Annual supply 2027', 0, '1,85 tỷ', 'proposal', 6],
  ['Bảo trì 3 năm', 4, '760 triệu', 'negotiation', 10],
  ['Máy MRI', 4, '3,4 tỷ', 'negotiation', 1],
  ['Đường tinh luyện', 0, '980 triệu', 'closed-won', -10],
];

/** The records the pictures show. Gives the path of the company that is shown in full. */
async function records(page: Page): Promise<string> {
  const paths: string[] = [];
  for (const company of COMPANIES) paths.push(await postCompany(page, { website: 'example.com.vn', phone: '+84 (255) 372-6110', email: 'lienhe@example.com.vn', notes: 'Gặp chị Lan trước.', ...company }));
  for (const [name, company, value, stage, days] of DEALS) {
    const closes = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await postDeal(page, { name, company: paths[company] ?? '', value, stage, expected_close_date: closes });
  }
  return paths[0] ?? '';
}

for (const scheme of ['light', 'dark'] as const) {
  test(`pictures, ${scheme}`, async ({ page, server }) => {
    test.slow();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const picture = async (name: string) => {
      for (const width of WIDTHS) {
        await resize(page, width);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: `${FOLDER}${name}-${width}-${scheme}.png` });
      }
      await resize(page, 1440);
    };
    const person = newPerson();
    await page.goto('/login');
    await picture('login');
    await page.goto('/register');
    await fillRegistration(page, { ...person, email: 'no address', password: 'short' });
    await sendUnchecked(page, 'Create account');
    await expect(page.getByRole('alert')).toBeVisible();
    await picture('register-errors');
    await register(page, person);
    await picture('empty');
    await page.goto('/deals?view=list');
    await picture('deals-empty');
    const company = await records(page);
    await page.goto('/companies');
    await picture('list');
    await page.goto(company);
    await picture('detail');
    await page.goto('/companies/new');
    await picture('form');
    await fill(page, { Name: ' ', Website: 'không phải', Phone: 'gọi tôi' });
    await sendUnchecked(page, 'Create company');
    await expect(page.getByRole('alert')).toBeVisible();
    await picture('form-errors');
    await addCompany(page, { Name: 'Thép Việt' });
    await page.goto('/deals/new');
    await picture('deal-form');
    await openBoard(page);
    await picture('board');
    await page.goto('/deals?view=list&stage=proposal&q=xyzzy');
    await picture('deals-nothing');
    await seedLongNames(page);
    await page.goto('/deals?view=list');
    await picture('deals-list');
    await page.goto('/deals?view=list&select=page&stage=proposal');
    await picture('deals-chosen');
    await openBoard(page);
    await page.locator('li[data-id] h3 a').first().click();
    await picture('deal');
    await page.context().clearCookies();
    await signInAsAdmin(page, server);
    for (const name of ['workspaces', 'users', 'registration', 'jobs', 'log', 'diagnostics']) {
      await page.goto(`/admin/${name}`);
      await picture(`admin-${name}`);
    }
  });
}
