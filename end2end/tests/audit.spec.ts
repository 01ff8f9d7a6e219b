// The audit log: who did what, filters, pages, its check, its export, and who may see it.

import { readFile } from 'node:fs/promises';
import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { idOf } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, link, postDelete, postEdit } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { joined, register, secondBrowser } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const entries = (page: Page) => page.getByRole('list', { name: 'Entries' }).getByRole('listitem');

/** Sets a filter by its chip. */
async function filter(page: Page, chip: string, value: string): Promise<void> {
  const menu = page.locator('details[name=filter]').filter({ has: page.locator('summary', { hasText: chip }) });
  await menu.locator('summary').click();
  await menu.getByLabel(chip).selectOption({ label: value });
  await button(menu, 'Apply').click();
}

/** Changes of several kinds: five entries with the registration. */
async function work(page: Page): Promise<string> {
  const company = await postCompany(page, { name: 'Ánh Dương', status: 'lead' });
  await postEdit(page, company, { name: 'Ánh Dương', status: 'active', phone: '0903 123 456' });
  const deal = await postDeal(page, { name: 'Xe tải', company, value: '1,5 tỷ' });
  await postDelete(page, deal);
  return company;
}

withAndWithoutJavaScript((javaScript) => {
  test('the log says who did what, from where, before and after', async ({ page }) => {
    const person = await register(page);
    const company = await work(page);
    await page.goto('/settings');
    await link(page.getByRole('navigation', { name: 'Settings' }), 'Audit log').click();
    await expect(page).toHaveURL('/audit');
    await expect(entries(page)).toHaveCount(5);
    const deleted = entries(page).nth(0);
    await expect(deleted).toContainText(`${person.name} · Deleted · deal Xe tải`);
    await expect(deleted.getByRole('link', { name: 'Xe tải', exact: true }), 'it is in the bin').toHaveCount(0);
    const changed = entries(page).nth(2);
    await expect(changed).toContainText('Changed · company Ánh Dương');
    await expect(changed).toContainText('127.0.0.1 · #3');
    await expect(changed.getByText('Lead')).toHaveCount(1);
    await expect(changed.getByText('Active')).toHaveCount(1);
    await expect(changed.locator('time')).toHaveAttribute('title', /\d{4}, \d\d:\d\d$/);
    const made = entries(page).nth(1);
    await made.locator('summary').click();
    await expect(made).toContainText('1.500.000.000');
    await link(changed, 'Ánh Dương').click();
    await expect(page).toHaveURL(company);
  });

  test('filters narrow the log to what was asked for, and are taken off again', async ({ page }) => {
    await register(page);
    const company = await work(page);
    await page.goto('/audit');
    await filter(page, 'Record', 'Company');
    await expect(page).toHaveURL(/kind=company/);
    await expect(entries(page)).toHaveCount(2);
    await filter(page, 'Action', 'Changed');
    await expect(entries(page)).toHaveCount(1);
    await expect(page.getByRole('main')).toContainText('1 entry');
    await filter(page, 'Person', 'Nobody signed in');
    await expect(page.getByRole('main')).toContainText('No entry matches these filters.');
    await link(page, 'Clear all').click();
    await expect(entries(page)).toHaveCount(5);
    await link(entries(page).nth(2), 'All entries of Ánh Dương').click();
    await expect(page).toHaveURL(`/audit?kind=company&record=${idOf(company)}`);
    await expect(entries(page)).toHaveCount(2);
    await link(page, 'Clear record').click();
    await expect(page).toHaveURL('/audit?kind=company');
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await page.goto(`/audit?from=${day}`);
    await expect(page.getByRole('main')).toContainText('No entry matches these filters.');
  });

  test('a filter that can’t be read shows nothing and offers to be dropped', async ({ page, expectedMessages }) => {
    expectedMessages.push(/400/);
    await register(page);
    await page.goto('/audit?kind=car&action=register');
    await expect(page.getByRole('main')).toContainText('kind=car');
    await link(page, 'Show the list without it').click();
    await expect(page).toHaveURL('/audit?action=register');
    await expect(entries(page)).toHaveCount(1);
  });

  test('the log is checked, and says how many entries it has', async ({ page }) => {
    await register(page);
    await work(page);
    await page.goto('/audit');
    await link(page, 'Check the log').click();
    await expect(page.getByRole('heading', { name: 'The log is intact' })).toBeVisible();
    await expect(page.getByRole('status').first()).toContainText('5 entries were checked');
    await link(page, 'Back to the log').click();
    await expect(page).toHaveURL('/audit');
  });

  test('the export has what the filters show, is safe in a spreadsheet, and is in the log', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: '=HYPERLINK("http://x")' });
    await work(page);
    await page.goto('/audit?kind=company&action=create');
    await expect(entries(page)).toHaveCount(2);
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Export CSV').click()]);
    expect(download.suggestedFilename()).toMatch(/^Audit log of .* \d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.startsWith('\ufeffNumber,Time,')).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(3);
    expect(text).toContain('"\'=HYPERLINK(""http://x"")"');
    expect(text).toContain('Ánh Dương');
    expect(text).not.toContain('Xe tải');
    await page.goto('/audit?action=export');
    await expect(entries(page)).toHaveCount(1);
    await expect(entries(page)).toContainText('company');
  });

  test('sign-ins of members are a tab, with the wrong passwords', async ({ page }) => {
    await register(page);
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await page.goto('/audit');
    await link(page.getByRole('navigation', { name: 'Audit log' }), 'Sign-ins').click();
    const rows = page.getByRole('list', { name: 'Sign-ins' }).getByRole('listitem');
    await expect(rows.filter({ hasText: person.name }).first()).toContainText('Signed in');
    await filter(page, 'Person', person.name);
    await expect(rows.filter({ hasText: 'Phạm Minh Hưng' })).toHaveCount(0);
    await other.context().close();
  });

  test('members see neither link nor page', async ({ page, expectedMessages }) => {
    expectedMessages.push(/403/);
    await register(page);
    await work(page);
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/settings/tags');
    await expect(other.getByRole('navigation', { name: 'Settings' })).not.toContainText('Audit log');
    for (const path of ['/audit', '/audit/sign-ins', '/audit/check']) {
      expect((await other.goto(path))?.status()).toBe(403);
      await expect(other.getByRole('main')).not.toContainText('Ánh Dương');
    }
    await other.context().close();
  });
});

test('pages of the log are whole at every width, and lead to each other @once', async ({ page }) => {
  test.slow();
  await register(page);
  for (let number = 1; number <= 25; number += 1) {
    await postCompany(page, { name: `Tổng công ty Cổ phần Xuất nhập khẩu Thiết bị Y tế và Vật tư Khoa học Kỹ thuật Miền Trung Tây Nguyên ${number}` });
  }
  for (const path of ['/audit', '/audit?kind=company&action=create&from=2026-01-01', '/audit?kind=tag', '/audit/sign-ins', '/audit/check']) {
    await page.goto(path);
    await forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  }
  await page.goto('/audit');
  await expect(entries(page)).toHaveCount(20);
  await link(page, 'Older').click();
  await expect(entries(page)).toHaveCount(6);
  await expect(link(page, 'Older')).toHaveCount(0);
  await link(page, 'Newer').click();
  await expect(entries(page)).toHaveCount(20);
  await expect(link(page, 'Newer')).toHaveCount(0);
  await page.goto('/audit?before=nothing');
  await expect(entries(page)).toHaveCount(20);
});
