// The filters that every list has: empty columns, values to keep out, days counted from today, custom fields.

import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { names, postCompany } from '../support/companies.ts';
import { filterChip } from '../support/filters.ts';
import { button } from '../support/form.ts';
import { expectNoSidewaysScroll, resize } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

async function threeCompanies(page: Page): Promise<void> {
  await postCompany(page, { name: 'Ánh Dương', status: 'lead', phone: '0903 123 456' });
  await postCompany(page, { name: 'Bình Minh', status: 'active', metadata_name: 'Kho lạnh', metadata_value: 'Đông Anh' });
  await postCompany(page, { name: 'Cửu Long', status: 'inactive', metadata_name: 'kho lạnh', metadata_value: 'Gia Lâm' });
}

test.beforeEach(async ({ page }) => {
  await register(page);
  await threeCompanies(page);
});

withAndWithoutJavaScript(() => {
  test('each filter of every list is set by its chip, said in words, and cleared', async ({ page }) => {
    await page.goto('/companies');
    const empty = filterChip(page, 'Empty or not');
    await empty.locator('summary').click();
    await empty.getByRole('group', { name: 'Is empty' }).getByRole('checkbox', { name: 'Phone' }).check();
    await button(empty, 'Apply').click();
    await expect(empty.locator('summary')).toContainText('no phone');
    expect(await names(page)).toEqual(['Bình Minh', 'Cửu Long']);

    const status = filterChip(page, 'Status');
    await status.locator('summary').click();
    await status.getByRole('checkbox', { name: 'Active', exact: true }).check();
    await status.getByRole('checkbox', { name: 'None of these' }).check();
    await button(status, 'Apply').click();
    await expect(status.locator('summary')).toContainText('not Active');
    expect(await names(page)).toEqual(['Cửu Long']);
    await page.goBack();
    await expect(page).not.toHaveURL(/none_of/);
    expect(await names(page)).toEqual(['Bình Minh', 'Cửu Long']);
    await page.getByRole('link', { name: 'Clear Empty or not' }).click();
    await expect.poll(() => names(page)).toHaveLength(3);

    const field = filterChip(page, 'Custom field');
    await field.locator('summary').click();
    await field.getByLabel('Field').selectOption({ index: 1 });
    await field.getByLabel('Value, if it is to be this one').fill('gia lam');
    await button(field, 'Apply').click();
    await expect(field.locator('summary')).toContainText('gia lam');
    expect(await names(page)).toEqual(['Cửu Long']);
    await page.getByRole('link', { name: 'Clear all' }).click();

    const changed = filterChip(page, 'Changed');
    await changed.locator('summary').click();
    await changed.getByLabel('When').selectOption('Last 7 days');
    await button(changed, 'Apply').click();
    await expect(changed.locator('summary')).toContainText('last 7 days');
    expect(await names(page)).toHaveLength(3);
    await changed.locator('summary').click();
    await changed.getByLabel('When').selectOption('Any time');
    await changed.getByLabel('More than … days ago').fill('30');
    await button(changed, 'Apply').click();
    await expect(changed.locator('summary')).toContainText('more than 30 days ago');
    await expect(page.getByRole('main')).toContainText('No company matches');
  });
});

test('a filter is set by the keyboard alone', async ({ page }) => {
  await page.goto('/companies');
  await filterChip(page, 'Empty or not').locator('summary').focus();
  await page.keyboard.press('Enter');
  await filterChip(page, 'Empty or not').getByRole('group', { name: 'Is not empty' }).getByRole('checkbox', { name: 'Phone' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/filled=phone/);
  expect(await names(page)).toEqual(['Ánh Dương']);
});

test('on a phone the filters fit the screen', async ({ page }) => {
  await resize(page, 360);
  await page.goto('/companies?empty=phone&field=kho+lanh&status=lead&none_of=status&changed_within=last-7-days');
  await page.getByRole('button', { name: 'Filters (4)' }).click();
  await expect(filterChip(page, 'Empty or not')).toContainText('no phone');
  await expectNoSidewaysScroll(page);
  for (const label of ['Empty or not', 'Custom field', 'Changed']) {
    await filterChip(page, label).locator('summary').click();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  }
});
