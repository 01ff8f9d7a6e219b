// Archived companies: archiving with a reason, the list's filter, what an archived company's page offers, and bringing it back.

import { idOf } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, names, postCompany } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { filterChip } from '../support/filters.ts';
import { button, expectError, field, fill, link, postEdit, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { meanwhile, register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** Archives a company by its form's own request: no page is drawn. */
async function postArchive({ request }: Pick<Page, 'request'>, path: string, reason = 'Giải thể'): Promise<void> {
  const form = { reason, version: '1' };
  const answer = await request.post(`${path}/archive`, { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Applies the filter "Archived" of the list. */
async function filterArchived(page: Page, label: string): Promise<void> {
  const filter = filterChip(page, 'Archived');
  await filter.locator('summary').click();
  await filter.getByRole('combobox', { name: 'Archived' }).selectOption({ label });
  await button(filter, 'Apply').click();
}

withAndWithoutJavaScript((javaScript) => {
  test('a company is archived with a reason, left out of the list, and brought back by undo', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postCompany(page, { name: 'Bình Minh' });
    await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
    const main = page.getByRole('main');
    await page.goto(company);
    await main.locator('summary[aria-label="More"]').click();
    await link(main, 'Archive company').click();
    await expect(page).toHaveURL(`${company}/archive`);
    await expect(main).toContainText('What is there (1 contact) stays in its own lists and can be edited.');
    await formsReady(page, javaScript);
    await sendUnchecked(page, 'Archive company');
    await expectError(page, 'Reason', /Say why it is archived/);
    await fill(page, { Reason: 'Giải thể' });
    await button(page, 'Archive company').click();
    await expectNotice(page, 'Ánh Dương was archived');
    await expect(page).toHaveURL(company);
    const archived = page.getByRole('region', { name: 'Archived' });
    await expect(archived).toContainText(`Archived by ${person.name}`);
    await expect(archived).toContainText('Giải thể');
    await expect(page.locator('#timeline')).toContainText('Company archived: Giải thể');
    for (const gone of ['Edit', 'New deal', 'Log activity']) await expect(link(main, gone)).toHaveCount(0);
    await button(page.getByRole('status'), 'Undo').click();
    await expectNotice(page, 'Ánh Dương is back');
    await expect(archived).toHaveCount(0);
    await expect(link(main, 'Edit')).toBeVisible();
  });

  test('the list shows archived companies when asked', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postCompany(page, { name: 'Bình Minh' });
    await postArchive(page, company);
    await page.goto('/companies');
    await expectNotice(page, 'Ánh Dương was archived');
    expect(await names(page)).toEqual(['Bình Minh']);
    await expect(page.locator('#count')).toHaveText('1 found');
    await filterArchived(page, 'Included');
    await expect(page).toHaveURL(/archived=any/);
    expect(await names(page)).toEqual(['Ánh Dương', 'Bình Minh']);
    await filterArchived(page, 'Only these');
    await expect(page).toHaveURL(/archived=only/);
    expect(await names(page)).toEqual(['Ánh Dương']);
    await expect(page.getByRole('row').nth(1)).toContainText('Archived');
    await link(page.getByRole('row').nth(1), 'Ánh Dương').click();
    await button(page, 'Bring back').click();
    await expectNotice(page, 'Ánh Dương is back');
    await page.goto('/companies?archived=only');
    await expect(page.getByRole('main')).toContainText('No company matches');
    await link(page, 'Clear Archived').click();
    expect(await names(page)).toEqual(['Ánh Dương', 'Bình Minh']);
  });

  test('a contact for a company that was archived meanwhile is refused, and what was typed stays', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(`/contacts/new?company_id=${idOf(company)}`);
    await formsReady(page, javaScript);
    await fill(page, { Name: 'Trần Thị Đào' });
    await meanwhile(page, person, (other) => postArchive(other, company));
    await button(page, 'Create contact').click();
    await expect(page.getByRole('alert')).toContainText('Ánh Dương is archived. Bring it back to add contacts there.');
    await expect(field(page, 'Name')).toHaveValue('Trần Thị Đào');
  });

  test('an edit of a company that was archived meanwhile is refused, and what was typed stays', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(`${company}/edit`);
    await formsReady(page, javaScript);
    await fill(page, { Industry: 'Thép' });
    await meanwhile(page, person, (other) => postArchive(other, company));
    await button(page, 'Save changes').click();
    await expect(page.getByRole('alert').first()).toContainText('Ánh Dương is archived. Bring it back to change it.');
    await expect(field(page, 'Industry')).toHaveValue('Thép');
  });

  test('an archived company that was edited meanwhile asks again', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(`${company}/archive`);
    await formsReady(page, javaScript);
    await fill(page, { Reason: 'Giải thể' });
    await meanwhile(page, person, (other) => postEdit(other, company, { name: 'Bình Minh', status: 'lead' }));
    await button(page, 'Archive company').click();
    await expect(page.getByRole('alert').first()).toContainText('Somebody else changed it meanwhile');
    await expect(field(page, 'Reason')).toHaveValue('Giải thể');
    await button(page, 'Archive company').click();
    await expectNotice(page, 'Bình Minh was archived');
  });
});

test('archived companies are accessible at every width @once', async ({ page }) => {
  // Five pages, six times each.
  test.slow();
  await register(page);
  const name = 'Tổng công ty Cổ phần Xuất nhập khẩu Thiết bị Y tế và Vật tư Khoa học Kỹ thuật Miền Trung Tây Nguyên';
  const company = await postCompany(page, { name });
  const contact = await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
  const deal = await postDeal(page, { name: 'Xe tải', company });
  await page.goto(`${company}/archive`);
  await forEachThemeAndWidth(page, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
  await postArchive(page, company, `${'x'.repeat(200)}\n${name}`);
  for (const path of [company, '/companies?archived=any', contact, deal]) {
    await page.goto(path);
    await forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  }
});
