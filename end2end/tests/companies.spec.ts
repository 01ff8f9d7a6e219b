// Companies: list, search, filters, form, detail, deletion.

import { addCompany, expectNotice, names, postCompany, row, search } from '../support/companies.ts';
import { filterChip } from '../support/filters.ts';
import { button, expectError, field, fill, link, openForm } from '../support/form.ts';
import { formReady, waitForListener } from '../support/islands.ts';
import { register, newPerson } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript((javaScript) => {
  test('an empty list says what to do', async ({ page }) => {
    await register(page);
    const main = page.getByRole('main');
    await expect(main).toContainText('No companies yet');
    await expect(link(main, 'New company')).toHaveCount(2);
    await expect(main.getByRole('table')).toHaveCount(0);
  });

  test('every field of the form comes back on the detail page and in the form', async ({ page }) => {
    await register(page);
    const typed = {
      Name: 'CÔNG TY CỔ PHẦN Đường Quảng Ngãi',
      Industry: 'Thực phẩm',
      Size: '500+ people',
      Status: 'Active',
      'Tax code': '4300205943',
      Website: 'qns.com.vn',
      Phone: '+84 (255) 372-6110',
      Email: 'lienhe@qns.com.vn',
      Address: '02 Nguyễn Chí Thanh\nQuảng Ngãi',
      'New tag': 'Khách hàng lớn',
      Notes: 'Gặp chị Lan trước.\n\nHợp đồng cũ hết hạn tháng 3.',
    };
    await addCompany(page, typed);
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText(typed.Name);
    for (const text of [typed.Industry, typed.Size, typed.Status, typed['Tax code'], typed.Phone, typed.Email, typed['New tag'], typed.Notes]) {
      await expect(main).toContainText(text, { useInnerText: true });
    }
    await expect(link(main, 'qns.com.vn')).toHaveAttribute('href', 'https://qns.com.vn');
    const form = await openForm(main, 'Edit', 'Save changes');
    for (const label of ['Name', 'Industry', 'Tax code', 'Phone', 'Email', 'Address', 'Notes'] as const) {
      await expect(field(form, label)).toHaveValue(typed[label]);
    }
    await expect(field(form, 'Website')).toHaveValue('https://qns.com.vn');
    await expect(field(form, 'Size')).toHaveValue('500+');
    await expect(field(form, 'Status')).toHaveValue('active');
    await expect(form.getByRole('checkbox', { name: 'Khách hàng lớn' })).toBeChecked();
  });

  test('wrong fields are named together, nothing typed is lost, nothing is saved', async ({ page }) => {
    await register(page);
    await page.goto('/companies/new');
    await formReady(page, javaScript);
    const typed = { Name: '  ', Website: 'javascript:alert(1)', Phone: 'call me', Email: 'nobody', Notes: 'kept', 'New tag': 'Mới' };
    await fill(page, typed);
    await button(page, 'Create company').click();
    if (javaScript) await expect(field(page, 'Name')).toBeFocused();
    else await expect(page.getByRole('alert')).toContainText('4 fields need another look');
    await expectError(page, 'Name', "Write the company's name");
    await expectError(page, 'Website', 'Write a web address such as example.com');
    await expectError(page, 'Phone', 'Write a phone number such as 0903 123 456');
    await expectError(page, 'Email', 'Write an address such as name@example.com');
    for (const label of ['Website', 'Phone', 'Email', 'Notes', 'New tag'] as const) await expect(field(page, label)).toHaveValue(typed[label]);
    await page.goto('/companies');
    await expect(page.getByRole('main')).toContainText('No companies yet');
  });

  test('a search ignores case and accents, composed or not', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'CÔNG TY Đường Quảng Ngãi', industry: 'Thực phẩm' });
    await postCompany(page, { name: 'Ánh Dương Logistics', industry: 'Vận tải', new_tag: 'Kho lạnh' });
    await page.goto('/companies');
    for (const words of ['cong ty duong', 'CÔNG TY ĐƯỜNG', 'Đường Quảng'.normalize('NFD'), 'thuc pham']) {
      await search(page, words);
      await expect.poll(() => names(page), words).toEqual(['CÔNG TY Đường Quảng Ngãi']);
      await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue(words.normalize('NFC'));
    }
    await search(page, 'kho lanh');
    await expect.poll(() => names(page), 'by tag').toEqual(['Ánh Dương Logistics']);
    await search(page, 'xyzzy');
    await expect(page.getByRole('main')).toContainText('No company matches');
    await link(page, 'Clear search and filters').click();
    await expect(page.getByRole('main').locator('tbody').getByRole('row')).toHaveCount(2);
  });

  test('filters stand in the address and can be cleared', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Alpha', industry: 'Food', status: 'active', size: '11-50' });
    await postCompany(page, { name: 'Beta', industry: 'Food', status: 'lead', size: '500+' });
    await postCompany(page, { name: 'Gamma', industry: 'Transport', status: 'inactive' });
    await page.goto('/companies');
    const filter = (label: string) => filterChip(page, label);
    await filter('Industry').locator('summary').click();
    await filter('Industry').getByRole('checkbox', { name: 'Food' }).check();
    await button(filter('Industry'), 'Apply').click();
    await expect(page).toHaveURL(/industry=Food/);
    await expect.poll(async () => (await names(page)).sort()).toEqual(['Alpha', 'Beta']);
    await filter('Status').locator('summary').click();
    await filter('Status').getByRole('checkbox', { name: 'Lead' }).check();
    await filter('Status').getByRole('checkbox', { name: 'Inactive' }).check();
    await button(filter('Status'), 'Apply').click();
    await expect.poll(() => names(page)).toEqual(['Beta']);
    await link(page, 'Clear Industry').click();
    await expect.poll(async () => (await names(page)).sort()).toEqual(['Beta', 'Gamma']);
    await expect(page).toHaveURL(/status=lead&status=inactive/);
    await page.goto(`/companies?size=${encodeURIComponent('500+')}`);
    await expect.poll(() => names(page)).toEqual(['Beta']);
  });

  test('sorts by every column, in both directions', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh', industry: 'B', status: 'inactive', size: '500+' });
    await postCompany(page, { name: 'bình', industry: 'A', status: 'lead', size: '1-10' });
    await postCompany(page, { name: 'Đông', industry: 'C', status: 'active', size: '11-50' });
    const ascending: Record<string, string[]> = {
      Name: ['Ánh', 'bình', 'Đông'],
      Industry: ['bình', 'Ánh', 'Đông'],
      Size: ['bình', 'Đông', 'Ánh'],
    };
    for (const [column, expected] of Object.entries(ascending)) {
      await page.goto(`/companies?sort=-${column.toLowerCase()}`);
      await expect(page.getByRole('columnheader', { name: column, exact: true })).toHaveAttribute('aria-sort', 'descending');
      await expect.poll(() => names(page), { message: `${column}, falling` }).toEqual([...expected].reverse());
      await link(page.getByRole('columnheader', { name: column, exact: true }), column).click();
      await expect(page.getByRole('columnheader', { name: column, exact: true })).toHaveAttribute('aria-sort', 'ascending');
      await expect.poll(() => names(page), { message: `${column}, rising` }).toEqual(expected);
    }
    for (const column of ['status', 'contacts', 'open_deals', 'last_contact_at', 'updated_at']) {
      for (const sign of ['', '-']) {
        await page.goto(`/companies?sort=${sign}${column}`);
        expect((await names(page)).sort(), column).toEqual(['Ánh', 'bình', 'Đông'].sort());
      }
    }
  });

  test('twenty a page, with the total, forth and back', async ({ page }) => {
    await register(page);
    for (let i = 1; i <= 21; i += 1) await postCompany(page, { name: `Company ${String(i).padStart(2, '0')}` });
    await page.goto('/companies?sort=name');
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await expect(pages).toContainText('1-20 of 21');
    await expect.poll(() => names(page)).toHaveLength(20);
    await link(pages, 'Next').click();
    await expect(pages).toContainText('21-21 of 21');
    await expect.poll(() => names(page)).toEqual(['Company 21']);
    await expect(link(pages, 'Next')).toHaveCount(0);
    await link(pages, 'Previous').click();
    await expect(pages).toContainText('1-20 of 21');
    await page.goto('/companies?page=99');
    await expect(page.getByRole('main')).toContainText('There is no page 99; the list has 2 pages');
  });

  test('changes are saved, tags taken on and off', async ({ page }) => {
    await register(page);
    await addCompany(page, { Name: 'Kho lạnh Đồng Nai', 'New tag': 'Kho' });
    const form = await openForm(page, 'Edit', 'Save changes');
    await fill(form, { Name: 'Kho lạnh Biên Hòa', 'New tag': 'Miền Nam' });
    await form.getByRole('checkbox', { name: 'Kho', exact: true }).uncheck();
    await button(form, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('Kho lạnh Biên Hòa');
    await expect(main.getByText('Miền Nam', { exact: true })).toBeVisible();
    await expect(main.getByText('Kho', { exact: true })).toHaveCount(0);
    // The notice belongs to the page after the change, and is gone on the next.
    await page.reload();
    await expect(page.getByRole('status')).toBeEmpty();
  });

  test('deleting asks first, and says what goes along', async ({ page }) => {
    await register(page);
    const path = await addCompany(page, { Name: 'Tạm thời' });
    const ask = async () => {
      await page.goto(path);
      await page.getByRole('main').locator('summary[aria-label="More"]').click();
      await link(page, 'Delete company').click();
      await expect(page.getByRole('heading', { name: 'Delete Tạm thời?' })).toBeVisible();
      await expect(page.getByRole('main')).toContainText('Nothing else goes with it');
    };
    await ask();
    await link(page, 'Cancel').click();
    await expect(page).toHaveURL(path);
    await ask();
    await button(page, 'Delete company').click();
    await expectNotice(page, 'Tạm thời was deleted');
    await expect(row(page, 'Tạm thời')).toHaveCount(0);
    await button(page.getByRole('status'), 'Undo').click();
    await expectNotice(page, 'Tạm thời is back');
    await expect(page).toHaveURL(path);
  });

  test('two people editing: the second sees both versions and overwrites nothing unseen', async ({ page, context }) => {
    await register(page);
    const path = await addCompany(page, { Name: 'Hai người', Phone: '0901 111 111' });
    await page.goto(`${path}/edit`);
    const second = await context.newPage();
    await second.goto(`${path}/edit`);
    await fill(page, { Phone: '0902 222 222' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');

    await fill(second, { Phone: '0903 333 333' });
    await button(second, 'Save changes').click();
    await expect(second).toHaveURL(/\/edit$/);
    await expect(second.getByRole('main')).toContainText('0902 222 222');
    await expect(field(second, 'Phone')).toHaveValue('0903 333 333');
    await page.reload();
    await expect(page.getByRole('main')).toContainText('0902 222 222');
    // Having seen it, they choose.
    await button(second, 'Save changes').click();
    await expectNotice(second, 'Changes saved');
    await expect(second.getByRole('main')).toContainText('0903 333 333');
  });
});

test('the form checks a field as it is left', async ({ page }) => {
  await register(page);
  await page.goto('/companies/new');
  await waitForListener(page, 'focusout');
  await field(page, 'Website').fill('not a site');
  await field(page, 'Name').focus();
  await expectError(page, 'Website', 'Write a web address such as example.com');
  await field(page, 'Website').fill('qns.com.vn');
  await field(page, 'Name').focus();
  await expect(field(page, 'Website')).not.toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#website-error')).toBeEmpty();
});

test('another person finds none of it', async ({ page, browser, baseURL, expectedMessages }) => {
  await register(page);
  const path = await addCompany(page, { Name: 'Bí mật' });
  const other = await browser.newContext({ baseURL: baseURL! });
  const outsider = await other.newPage();
  await register(outsider, newPerson('Người Khác'));
  expectedMessages.push(/404/);
  for (const address of [path, `${path}/edit`, `${path}/delete`, `/deals/new?company_id=${path.split('/').pop()}`]) {
    const answer = await outsider.goto(address);
    if (address.startsWith('/deals')) expect(await outsider.content()).not.toContain('Bí mật');
    else expect(answer?.status(), address).toBe(404);
  }
  await outsider.goto('/companies?q=bi+mat');
  await expect(outsider.getByRole('main')).toContainText('No company matches');
  await other.close();
});

test('an address that makes no sense gets a page with a way back', async ({ page, expectedMessages }) => {
  await register(page);
  expectedMessages.push(/40[04]/);
  for (const [path, status] of [
    ['/companies/1', 404],
    ['/companies/00000000-0000-7000-8000-000000000000', 404],
    ['/companies/%F0%9F%98%80', 404],
  ] as const) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(status);
    await expect(link(page, 'Go to the start page')).toBeVisible();
  }
  await link(page, 'Go to the start page').click();
  await expect(page).toHaveURL('/');
  for (const query of ['status=gone', 'tag=1%20or%201=1', `q=${'x'.repeat(201)}`]) {
    expect((await page.goto(`/companies?${query}`))?.status(), query).toBe(400);
    await expect(page.getByRole('main')).toContainText('a filter that can’t be read');
    await link(page, 'Show the list without it').click();
    await expect(page).toHaveURL('/companies');
  }
  await expect(page).toHaveURL('/companies');
});
