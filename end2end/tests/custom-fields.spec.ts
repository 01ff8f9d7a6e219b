// Custom fields: rows of a name and a value on a company's and a deal's form.

import { expectAccessible } from '../support/axe.ts';
import { addCompany, expectNotice, names, postCompany, search } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { button, field, fill, link, openForm } from '../support/form.ts';
import { formReady, formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth, resize } from '../support/layout.ts';
import { MARKUP, TEXTS } from '../support/payloads.ts';
import { register } from '../support/people.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const nameOf = (within: Page | Locator, row: number): Locator => within.getByLabel(`Name of field ${row}`, { exact: true });
const valueOf = (within: Page | Locator, row: number): Locator => within.getByLabel(`Value of field ${row}`, { exact: true });

async function type(within: Page | Locator, row: number, name: string, value: string): Promise<void> {
  await nameOf(within, row).fill(name);
  await valueOf(within, row).fill(value);
}

/** The panel of a record's page: each name with its value. */
async function shown(page: Page): Promise<string[][]> {
  const panel = page.getByRole('main').locator('section').filter({ has: page.getByRole('heading', { name: 'Custom fields' }) });
  const facts = await panel.locator('dl > div').all();
  return Promise.all(facts.map((fact) => fact.locator('dt, dd').allInnerTexts()));
}

withAndWithoutJavaScript((javaScript) => {
  test('fields of a company are typed, shown, found, changed and taken away', async ({ page }) => {
    await register(page);
    await page.goto('/companies/new');
    await formReady(page, javaScript);
    await fill(page, { Name: 'Đường Quảng Ngãi' });
    await type(page, 1, 'Số hợp đồng'.normalize('NFD'), 'HD-2024/031');
    await type(page, 2, 'Giao hàng', 'Thứ Hai\nThứ Năm');
    await button(page, 'Create company').click();
    await expectNotice(page, 'was created');
    expect(await shown(page)).toEqual([['Giao hàng', 'Thứ Hai\nThứ Năm'], ['Số hợp đồng', 'HD-2024/031']]);

    const detail = page.url();
    await page.goto('/companies');
    await search(page, 'hd-2024');
    await expect.poll(() => names(page)).toEqual(['Đường Quảng Ngãi']);

    await page.goto(`${detail}/edit`);
    await formReady(page, javaScript);
    await expect(valueOf(page, 1)).toHaveValue('Thứ Hai\nThứ Năm');
    await type(page, 1, '', '');
    await type(page, 3, 'Trang', 'https://qns.com.vn/gia');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    expect(await shown(page)).toEqual([['Số hợp đồng', 'HD-2024/031'], ['Trang', 'https://qns.com.vn/gia']]);
    await expect(link(page, 'https://qns.com.vn/gia')).toHaveAttribute('rel', /noopener/);
  });

  test('what is wrong stands at its row, and nothing typed is lost', async ({ page }) => {
    await register(page);
    await page.goto('/companies/new');
    await formReady(page, javaScript);
    await fill(page, { Name: 'Hai hàng' });
    await type(page, 1, 'Kho lạnh', '1');
    await type(page, 2, 'KHO LANH', 'x');
    await button(page, 'Create company').click();
    await expect(page.getByRole('alert')).toContainText('Custom fields: Another field has this name');
    await expect(nameOf(page, 2)).toHaveAccessibleDescription('Another field has this name');
    await expect(valueOf(page, 2)).toHaveValue('x');
    // In place, the form keeps its rows; drawn anew, it has two to spare.
    if (javaScript) await button(page, 'Add field').click();
    else await expect(nameOf(page, 4)).toHaveValue('');
    await formReady(page, javaScript);
    await type(page, 2, '', 'x');
    await type(page, 3, 'No value', '');
    await button(page, 'Create company').click();
    await expect(nameOf(page, 2)).toHaveAccessibleDescription('Name this field, or clear its value');
    await expect(valueOf(page, 3)).toHaveAccessibleDescription('Write its value, or clear its name');
    await link(page.getByRole('alert'), 'Custom fields').first().click();
    await expect(nameOf(page, 2)).toBeInViewport();
    await page.goto('/companies');
    await expect(page.getByRole('main')).toContainText('No companies yet');
  });

  test('a deal has them too', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const deal = await postDeal(page, { name: 'Xe tải', company });
    await page.goto(`${deal}/edit`);
    await formReady(page, javaScript);
    await type(page, 1, 'Số báo giá', 'BG-7');
    await type(page, 2, 'Trống', '');
    await button(page, 'Save changes').click();
    await expect(valueOf(page, 2)).toHaveAccessibleDescription('Write its value, or clear its name');
    await formReady(page, javaScript);
    await valueOf(page, 2).fill('không');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    expect(await shown(page)).toEqual([['Số báo giá', 'BG-7'], ['Trống', 'không']]);
  });

  test('a contact has them too, and their history tells of a change', async ({ page }) => {
    await register(page);
    await page.goto('/contacts/new');
    await formReady(page, javaScript);
    await fill(page, { Name: 'Nguyễn Văn Đức' });
    await type(page, 1, 'Sở thích', 'Cà phê');
    await button(page, 'Create contact').click();
    await expectNotice(page, 'was created');
    expect(await shown(page)).toEqual([['Sở thích', 'Cà phê']]);
    const contact = page.url();
    await page.goto(`${contact}/edit`);
    await formReady(page, javaScript);
    await valueOf(page, 1).fill('Trà');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await page.goto(`${contact}?tab=history`);
    await expect(page.getByRole('main')).toContainText('Sở thích: Cà phê Trà');
  });

  test('two people editing see each other’s fields', async ({ page, context }) => {
    await register(page);
    const path = await postCompany(page, { name: 'Hai người', metadata_name: 'Kho', metadata_value: '1' });
    await page.goto(`${path}/edit`);
    const second = await context.newPage();
    await second.goto(`${path}/edit`);
    await formReady(page, javaScript);
    await formReady(second, javaScript);
    await valueOf(page, 1).fill('2');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await valueOf(second, 1).fill('3');
    await button(second, 'Save changes').click();
    const difference = second.getByRole('alert').getByRole('row').filter({ hasText: 'Custom fields' });
    await expect(difference.getByRole('cell')).toHaveText(['Kho: 2', 'Kho: 3']);
  });
});

test('rows are added and removed by keyboard, in a dialog too', async ({ page }) => {
  await register(page);
  await page.goto('/companies');
  // Before the script runs, the link leads to the form's own page.
  await formsReady(page);
  const form = await openForm(page.getByRole('main'), 'New company', 'Create company');
  await expect(page.getByRole('dialog')).toBeVisible();
  await fill(form, { Name: 'Nhiều trường' });
  for (const row of [3, 4]) {
    await button(form, 'Add field').focus();
    await page.keyboard.press('Enter');
    await expect(nameOf(form, row)).toBeFocused();
  }
  for (const row of [1, 2, 3, 4]) await type(form, row, `Trường ${row}`, `${row}`);
  await button(form, 'Remove field 2').focus();
  await page.keyboard.press('Enter');
  await expect(nameOf(form, 2)).toHaveCount(0);
  await expect(nameOf(form, 3)).toBeFocused();
  await expectAccessible(page);
  await button(form, 'Create company').click();
  await expectNotice(page, 'was created');
  expect(await shown(page)).toEqual([['Trường 1', '1'], ['Trường 3', '3'], ['Trường 4', '4']]);
  const edit = await openForm(page.getByRole('main'), 'Edit', 'Save changes');
  for (const row of [1, 2, 3, 4, 5]) await button(edit, `Remove field ${row}`).click();
  await expect(button(edit, 'Add field')).toBeFocused();
  await button(edit, 'Save changes').click();
  await expectNotice(page, 'Changes saved');
  expect(await shown(page)).toEqual([]);
});

test('a field is checked as it is left', async ({ page }) => {
  await register(page);
  await page.goto('/companies/new');
  await formReady(page, true);
  await type(page, 2, 'Dài', 'x'.repeat(1_001));
  await field(page, 'Name').focus();
  await expect(valueOf(page, 2)).toHaveAccessibleDescription('Write at most 1.000 characters; there are 1.001');
  await expect(valueOf(page, 1)).not.toHaveAttribute('aria-invalid', 'true');
});

test('markup and text of any language in names and values comes back as typed @once', async ({ page }) => {
  test.slow();
  await register(page);
  const kept = (text: string): string => text.normalize('NFC').trim();
  for (const payload of [...MARKUP, ...TEXTS]) {
    const path = await postCompany(page, { name: 'Dán', metadata_name: payload, metadata_value: `${payload}\n${payload}` });
    await page.goto(path);
    expect(await page.locator('aside dl > div dt').last().textContent()).toBe(kept(payload));
    expect(await page.locator('aside dl > div dd').last().textContent()).toBe(kept(`${payload}\n${payload}`));
    await page.goto(`${path}/edit`);
    expect(await nameOf(page, 1).inputValue()).toBe(kept(payload));
    expect(await valueOf(page, 1).inputValue()).toBe(kept(`${payload}\n${payload}`));
  }
});

test('rows fit a phone and a desk, light and dark @once', async ({ page }) => {
  await register(page);
  const path = await addCompany(page, { Name: 'Công ty Cổ phần Đường Quảng Ngãi' });
  await page.goto(`${path}/edit`);
  await formReady(page, true);
  await type(page, 1, 'Tên rất dài của một trường riêng '.repeat(3).trim(), 'x'.repeat(900));
  await type(page, 2, 'b', '');
  await button(page, 'Save changes').click();
  await forEachThemeAndWidth(page, async () => {
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
  await formReady(page, true);
  await valueOf(page, 2).fill('c');
  await button(page, 'Save changes').click();
  await expectNotice(page, 'Changes saved');
  await resize(page, 360);
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
});
