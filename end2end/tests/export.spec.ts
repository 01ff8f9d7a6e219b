// Exports of lists as files, and of a contact as a vCard.

import { readFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { button, link } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { fillSignIn, joined, newPerson, register, secondBrowser } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const main = (page: Page) => page.getByRole('main');

/** Presses the button and waits for the file. */
async function exported(page: Page, format: string, columns = 'Those that the list shows'): Promise<Download> {
  await page.getByLabel('Format').selectOption({ label: format });
  await page.getByLabel('Columns').selectOption({ label: columns });
  const [download] = await Promise.all([page.waitForEvent('download'), button(main(page), 'Export').click()]);
  expect(await download.failure()).toBeNull();
  return download;
}

const textOf = async (download: Download): Promise<string> => readFile(await download.path(), 'utf8');

withAndWithoutJavaScript((javaScript) => {
  test('a filtered list is exported as it is shown, in each format', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh Dương', status: 'active', phone: '+84 903 123 456', tax_code: '0101243150' });
    await postCompany(page, { name: '=HYPERLINK("http://x")', status: 'active' });
    await postCompany(page, { name: 'Xe tải', status: 'lead' });
    await page.goto('/companies?status=active&sort=-name');
    await link(main(page), 'Export').click();
    await expect(page).toHaveURL('/companies/export?status=active&sort=-name');
    await expect(main(page)).toContainText('2 rows of this list');

    const csv = await exported(page, 'CSV, for any spreadsheet or program', 'All, with notes and custom fields');
    expect(csv.suggestedFilename()).toMatch(/^Companies of .* \d{4}-\d\d-\d\d\.csv$/);
    const text = await textOf(csv);
    expect(text.startsWith('\ufeffName,Industry,')).toBe(true);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('Ánh Dương');
    expect(lines[1]).toContain('\'+84 903 123 456');
    expect(lines[1]).toContain(',0101243150,');
    expect(lines[2]).toContain('"\'=HYPERLINK(""http://x"")"');

    const rows = JSON.parse(await textOf(await exported(page, 'JSON, for programs', 'All, with notes and custom fields'))) as Record<string, unknown>[];
    expect(rows.map(({ name }) => name)).toEqual(['Ánh Dương', '=HYPERLINK("http://x")']);
    expect(rows[0]).toMatchObject({ tax_code: '0101243150', status: 'active', industry: null, tags: [], metadata: {} });

    const workbook = await readFile(await (await exported(page, 'Excel workbook (XLSX)')).path());
    expect(workbook.subarray(0, 2).toString()).toBe('PK');

    await page.goto('/audit?kind=export');
    await expect(main(page)).toContainText('3 entries');
    await expect(main(page)).toContainText('status=active&sort=-name');
  });

  test('every list has its export', async ({ page }) => {
    await register(page);
    for (const list of ['companies', 'contacts', 'deals?view=list', 'activities', 'tasks']) {
      await page.goto(`/${list}`);
      await link(main(page), 'Export').click();
      await expect(main(page)).toContainText('0 rows of this list');
      const [name] = list.split('?');
      expect(JSON.parse(await textOf(await exported(page, 'JSON, for programs')))).toEqual([]);
      await expect(page).toHaveURL(new RegExp(`^[^?]*/${name}/export`));
    }
  });

  test('a contact is saved to an address book', async ({ page }) => {
    await register(page);
    await page.goto(await postContact(page, { name: 'Nguyễn Văn An', phone: '0903 123 456' }));
    await main(page).locator('summary[aria-label=More]').click();
    const [download] = await Promise.all([page.waitForEvent('download'), link(page, 'Save to address book').click()]);
    expect(download.suggestedFilename()).toBe('Nguyễn Văn An.vcf');
    expect(await textOf(download)).toContain('N:Nguyễn;An;Văn;;\r\nFN:Nguyễn Văn An\r\nTEL;TYPE=WORK,VOICE:0903 123 456\r\n');
  });

  test('viewers are not offered exports', async ({ page }) => {
    await register(page);
    const { person } = await joined(page, 'viewer');
    const other = await secondBrowser(page, person, javaScript);
    for (const list of ['companies', 'contacts', 'deals?view=list', 'activities', 'tasks']) {
      await other.goto(`/${list}`);
      await expect(main(other).getByRole('heading', { level: 1 })).toBeVisible();
      await expect(link(main(other), 'Export')).toHaveCount(0);
    }
    await other.context().close();
  });
});

test('the pages of exports are accessible and fit on a phone', async ({ page }) => {
  await register(page);
  await page.goto('/contacts/export');
  await forEachThemeAndWidth(page, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});

test.describe('a long list', () => {
  test.use({ javaScriptEnabled: false, simulateFirstInput: false });

  test('a long list is written in the background and then downloaded', async ({ page, server }) => {
    const bench = { ...newPerson(), email: 'bench@minicrm.local' };
    // Contacts belong to companies: without one there are none.
    await server.seedBulk({ companies: 1, contacts: 20_001 }, bench.password);
    await page.goto('/login');
    await fillSignIn(page, bench);
    await expect(page).toHaveURL('/');
    await page.goto('/contacts/export');
    await expect(main(page)).toContainText('20.001 rows of this list');
    await button(main(page), 'Export').click();
    await expect(page).toHaveURL(/\/exports\/[0-9a-f-]{36}$/);
    // The page loads itself again until the file is there.
    const download = link(main(page), 'Download');
    await expect(download).toBeVisible({ timeout: 60_000 });
    const [file] = await Promise.all([page.waitForEvent('download'), download.click()]);
    expect((await textOf(file)).trimEnd().split('\r\n')).toHaveLength(20_002);
    await page.goto('/contacts/export');
    await expect(link(main(page), '20.001 CSV')).toBeVisible();
  });
});
