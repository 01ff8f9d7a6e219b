// Columns, page sizes, row menus and saved views of the lists.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, names, postCompany } from '../support/companies.ts';
import { button, field, fill, link } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const views = (page: Page) => page.getByRole('navigation', { name: 'Views' });
const heads = async (page: Page): Promise<string[]> => (await page.getByRole('columnheader').allInnerTexts()).map((text) => text.trim()).filter((text) => text !== '');

/** Opens the menu of columns. */
async function openColumns(page: Page): Promise<void> {
  await page.getByText('Columns', { exact: true }).click();
}

withAndWithoutJavaScript((javaScript) => {
  test('columns are chosen, moved, sorted by, and put back', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh', tax_code: '0303141592', address: 'Đồng Nai' });
    await postCompany(page, { name: 'Bình', tax_code: '0102034569', address: 'Cần Thơ' });
    await page.goto('/companies?sort=-name');
    await openColumns(page);
    for (const column of ['Industry', 'Size', 'Status', 'Tags', 'Contacts', 'Open deals', 'Last contact', 'Changed']) {
      await page.getByRole('checkbox', { name: column, exact: true }).uncheck();
    }
    for (const column of ['Tax code', 'Address']) await page.getByRole('checkbox', { name: column, exact: true }).check();
    await button(page, 'Show columns').click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Tax code', 'Address', 'Actions']);
    expect(await names(page)).toEqual(['Bình', 'Ánh']);
    await openColumns(page);
    await link(page, 'Move Address up').click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Address', 'Tax code', 'Actions']);
    // The menu stays open for the next move.
    await expect(link(page, 'Move Tax code up')).toBeVisible();
    if (javaScript) await expectAccessible(page);
    await link(page.getByRole('columnheader', { name: 'Address' }), 'Address').click();
    await expect.poll(() => names(page)).toEqual(['Bình', 'Ánh']);
    await link(page.getByRole('columnheader', { name: 'Tax code' }), 'Tax code').click();
    await expect.poll(() => names(page)).toEqual(['Bình', 'Ánh']);
    await link(page.getByRole('columnheader', { name: 'Tax code' }), 'Tax code').click();
    await expect.poll(() => names(page)).toEqual(['Ánh', 'Bình']);
    await openColumns(page);
    await link(page, 'Usual columns').click();
    await expect.poll(() => heads(page)).toContain('Industry');
    await page.goBack();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Address', 'Tax code', 'Actions']);
  });

  test('a page has 20, 50 or 100 rows, and the first of them stays', async ({ page }) => {
    await register(page);
    for (let number = 10; number < 61; number += 1) await postCompany(page, { name: `Công ty ${number}` });
    await page.goto('/companies?page=3');
    expect((await names(page))[0]).toBe('Công ty 50');
    await link(page, '50 rows a page').click();
    await expect(page).toHaveURL('/companies?per_page=50');
    expect(await names(page)).toHaveLength(50);
    await link(page, 'Next').click();
    expect(await names(page)).toEqual(['Công ty 60']);
    await link(page, '100 rows a page').click();
    expect(await names(page)).toHaveLength(51);
    await expect(page.getByRole('navigation', { name: 'Pages' })).toContainText('1-51 of 51');
  });

  test('a row leads to what can be done with its record', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh Dương', phone: '0903 111 201', email: 'anh@duong.vn' });
    await page.goto('/companies');
    await formsReady(page, javaScript);
    await link(page, 'Actions for Ánh Dương').click();
    const actions = javaScript ? page.getByRole('dialog', { name: 'Actions for Ánh Dương' }) : page.getByRole('main');
    await expect(actions.getByRole('link', { name: /^Call/ })).toHaveAttribute('href', 'tel:+84903111201');
    await expect(actions.getByRole('link', { name: /^Write email/ })).toHaveAttribute('href', 'mailto:anh@duong.vn');
    for (const name of ['Open', 'Log activity', 'New deal', 'New contact', 'Edit company', 'Archive company']) {
      await expect(link(actions, name)).toBeVisible();
    }
    if (javaScript) {
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(link(page, 'Actions for Ánh Dương')).toBeFocused();
      await page.keyboard.press('Enter');
    }
    await link(actions, 'Delete company').click();
    await expect(page.getByRole('heading', { name: 'Delete Ánh Dương?' })).toBeVisible();
  });

  test('a view is saved, opened, changed and discarded, and the list opens with it', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh', status: 'active' });
    await postCompany(page, { name: 'Bình', status: 'active' });
    await postCompany(page, { name: 'Cửu', status: 'lead' });
    await page.goto('/companies?status=active&sort=-name');
    await link(page, 'Save view').click();
    await formsReady(page, javaScript);
    await button(page, 'Save view').click();
    await expect(page.getByRole('main')).toContainText("Write the view's name");
    await fill(page, { Name: 'Khách đang mua' });
    await page.getByRole('radio', { name: 'star' }).check({ force: true });
    if (javaScript) await expectAccessible(page);
    await button(page, 'Save view').click();
    await expectNotice(page, 'View Khách đang mua was saved');
    await expect(views(page).getByRole('link', { name: /Khách đang mua/ })).toHaveAttribute('aria-current', 'page');
    expect(await names(page)).toEqual(['Bình', 'Ánh']);

    await link(views(page), 'All').click();
    await expect.poll(() => names(page)).toEqual(['Ánh', 'Bình', 'Cửu']);
    await views(page).getByRole('link', { name: /Khách đang mua/ }).click();
    await expect.poll(() => names(page)).toEqual(['Bình', 'Ánh']);
    await expect(link(page, 'Discard')).toHaveCount(0);

    // What differs from the view is offered to be saved, saved as another one, or dropped.
    await link(page.getByRole('columnheader', { name: 'Name' }), 'Name').click();
    await expect.poll(() => names(page)).toEqual(['Ánh', 'Bình']);
    await expect(link(page, 'Save as new')).toBeVisible();
    await link(page, 'Discard').click();
    await expect.poll(() => names(page)).toEqual(['Bình', 'Ánh']);
    await link(page.getByRole('columnheader', { name: 'Name' }), 'Name').click();
    await expect.poll(() => names(page)).toEqual(['Ánh', 'Bình']);
    await button(page, 'Save view').click();
    await expectNotice(page, 'View Khách đang mua was saved');
    expect(await names(page)).toEqual(['Ánh', 'Bình']);

    await button(page, 'Open with this').click();
    await expectNotice(page, 'The list opens with this view from now on');
    await page.goto('/');
    await link(page.getByRole('navigation', { name: 'Main' }), 'Companies').click();
    await expect.poll(() => names(page)).toEqual(['Ánh', 'Bình']);
    await expect(views(page).getByRole('link', { name: /Khách đang mua/ })).toHaveAttribute('aria-current', 'page');
    await link(views(page), 'All').click();
    await expect.poll(() => names(page)).toHaveLength(3);
    await button(page, 'Open with this').click();
    await expectNotice(page, 'The list opens as it is from now on');
    await expect.poll(() => names(page)).toHaveLength(3);
  });

  test('a view over a tag that is gone opens, says so, shows no rows, and is mended', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh', new_tag: 'VIP' });
    await page.goto('/companies');
    const tag = await page.locator('input[name="tag"]').first().getAttribute('value');
    await page.goto(`/views/new?list=companies&state=tag%3D${tag}`);
    await formsReady(page, javaScript);
    await fill(page, { Name: 'Khách VIP' });
    await button(page, 'Save view').click();
    await expect.poll(() => names(page)).toEqual(['Ánh']);
    await page.goto('/settings/tags');
    await link(page, 'Delete VIP').click();
    await formsReady(page, javaScript);
    await button(page, 'Delete tag').click();
    await expectNotice(page, 'Tag VIP was deleted');

    await page.goto('/companies?view_id=all');
    await views(page).getByRole('link', { name: /Khách VIP/ }).click();
    await expect(page.getByRole('main')).toContainText('A tag of this filter was deleted');
    await expect(page.getByRole('main')).toContainText('No company matches');
    await link(page, 'Drop it').click();
    await expect.poll(() => names(page)).toEqual(['Ánh']);
    await button(page, 'Save view').click();
    await expectNotice(page, 'View Khách VIP was saved');
    await expect(page.getByRole('main')).not.toContainText('was deleted. ');
  });
});

test('at 360 pixels rows are two lines, and every menu is reached', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await register(page);
  await postCompany(page, { name: 'Công ty Cổ phần Vận tải và Thương mại Đường Quảng Ngãi', status: 'active', industry: 'Vận tải' });
  for (const path of ['/companies', '/contacts', '/deals?view=list', '/activities']) {
    await page.goto(path);
    await expectNoSidewaysScroll(page);
  }
  await page.goto('/companies');
  const row = page.getByRole('row').nth(1);
  expect((await row.boundingBox())!.height).toBeLessThan(72);
  await expect(row).toContainText('Active · Vận tải');
  await formsReady(page, true);
  await row.getByRole('link', { name: /^Actions for/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await link(page, 'Columns').click();
  await expect(field(page, 'Owner')).toBeVisible();
  await expectAccessible(page);
});
