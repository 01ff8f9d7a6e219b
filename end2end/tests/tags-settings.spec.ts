// Settings, tags: what carries each, made, renamed, recoloured, merged, deleted.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, names, postCompany, search } from '../support/companies.ts';
import { button, expectError, field, fill, link } from '../support/form.ts';
import { formReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { MARKUP, TEXTS } from '../support/payloads.ts';
import { register } from '../support/people.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** Adds a tag by its form's own request. */
async function postTag(page: Page, name: string, color = '#16a34a'): Promise<void> {
  const answer = await page.request.post('/settings/tags/new', { form: { name, color }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

function tagRow(page: Page, name: string): Locator {
  return page.getByRole('main').locator('tbody').getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) });
}

async function tagNames(page: Page): Promise<string[]> {
  return page.getByRole('main').locator('tbody tr td:first-child').allInnerTexts();
}

async function carriers(page: Page, name: string): Promise<string[]> {
  return tagRow(page, name).locator('td.num').allInnerTexts();
}

withAndWithoutJavaScript((javaScript) => {
  test('a tag is made, renamed, recoloured and found by its new name', async ({ page }) => {
    await register(page);
    await link(page.getByRole('complementary', { name: 'Sidebar' }).first(), 'Settings').click();
    await link(page.getByRole('navigation', { name: 'Settings' }), 'Tags').click();
    await expect(page).toHaveURL('/settings/tags');
    await expect(page.getByRole('main')).toContainText('No tags yet');
    await link(page, 'New tag').click();
    await formReady(page, javaScript);
    await field(page, 'Name').fill('Khách quen'.normalize('NFD'));
    await page.getByText('Purple').click();
    await button(page, 'Create tag').click();
    await expectNotice(page, 'Tag Khách quen was created');
    await postCompany(page, { name: 'Ánh Dương', new_tag: 'khách QUEN' });
    await postCompany(page, { name: 'Bình Minh' });
    await page.goto('/settings/tags');
    expect(await tagNames(page)).toEqual(['Khách quen']);
    expect(await carriers(page, 'Khách quen')).toEqual(['1', '0', '0']);
    await expect(tagRow(page, 'Khách quen').locator('circle')).toHaveAttribute('fill', '#9333ea');

    await link(page, 'Edit Khách quen').click();
    await formReady(page, javaScript);
    await expect(page.getByRole('radio', { name: 'Purple' })).toBeChecked();
    await field(page, 'Name').fill('Đối tác');
    await page.getByText('Red').click();
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await expect(tagRow(page, 'Đối tác').locator('circle').first()).toHaveAttribute('fill', '#dc2626');
    await link(tagRow(page, 'Đối tác'), '1').click();
    await expect.poll(() => names(page)).toEqual(['Ánh Dương']);
    await page.goto('/companies');
    await search(page, 'doi tac');
    await expect.poll(() => names(page)).toEqual(['Ánh Dương']);
  });

  test('a name in use is refused at the field, however it is written', async ({ page }) => {
    await register(page);
    await postTag(page, 'Đối tác');
    await postTag(page, 'VIP');
    await page.goto('/settings/tags');
    await link(page, 'Edit VIP').click();
    await formReady(page, javaScript);
    await field(page, 'Name').fill('ĐỐI TÁC'.normalize('NFD'));
    await button(page, 'Save changes').click();
    await expectError(page, 'Name', 'A tag of this name exists already');
    expect((await field(page, 'Name').inputValue()).normalize('NFC')).toBe('ĐỐI TÁC');
    await page.goto('/settings/tags/new');
    await formReady(page, javaScript);
    await field(page, 'Name').fill('  ');
    await button(page, 'Create tag').click();
    await expectError(page, 'Name', "Write the tag's name");
    await page.goto('/settings/tags');
    expect(await tagNames(page)).toEqual(['Đối tác', 'VIP']);
    // Nor do accents make another name.
    await postTag(page, 'Doi tac');
    await page.reload();
    expect(await tagNames(page)).toHaveLength(2);
  });

  test('two tags become one', async ({ page }) => {
    await register(page);
    const both = await postCompany(page, { name: 'Cả hai', new_tag: 'Khách VIP' });
    await postCompany(page, { name: 'Một', new_tag: 'VIP' });
    await page.goto(`${both}/edit`);
    await formReady(page, javaScript);
    await page.getByRole('checkbox', { name: 'VIP', exact: true }).check();
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await page.goto('/settings/tags');
    expect([await carriers(page, 'Khách VIP'), await carriers(page, 'VIP')]).toEqual([['1', '0', '0'], ['2', '0', '0']]);
    await link(page, 'Merge Khách VIP').click();
    await expect(page.getByRole('main')).toContainText('1 company');
    await button(page, 'Merge tags').click();
    await expectError(page, 'Merge into', 'Choose a tag');
    await fill(page, { 'Merge into': 'VIP' });
    await button(page, 'Merge tags').click();
    await expectNotice(page, 'Khách VIP was merged into VIP: 1 company carried it');
    expect(await tagNames(page)).toEqual(['VIP']);
    expect(await carriers(page, 'VIP')).toEqual(['2', '0', '0']);
    await expect(link(page, 'Merge VIP'), 'nothing left to merge it into').toHaveCount(0);
    await page.goto(both);
    await expect(page.getByRole('main').getByText('VIP', { exact: true })).toHaveCount(1);
  });

  test('deleting asks first, and names what loses the tag', async ({ page }) => {
    await register(page);
    const path = await postCompany(page, { name: 'Ánh Dương', new_tag: 'Tạm' });
    await page.goto('/settings/tags');
    await link(page, 'Delete Tạm').click();
    await expect(page.getByRole('heading', { name: 'Delete tag Tạm?' })).toBeVisible();
    await expect(page.getByRole('main')).toContainText('1 company will no longer carry it');
    await link(page, 'Cancel').click();
    await link(page, 'Delete Tạm').click();
    await button(page, 'Delete tag').click();
    await expectNotice(page, 'Tag Tạm was deleted');
    await expect(page.getByRole('main')).toContainText('No tags yet');
    await page.goto(path);
    await expect(page.getByRole('main').getByText('Tạm', { exact: true })).toHaveCount(0);
  });

  test('two people rename one tag: the second sees both names', async ({ page, context }) => {
    await register(page);
    await postTag(page, 'Cũ');
    await page.goto('/settings/tags');
    await link(page, 'Edit Cũ').click();
    const second = await context.newPage();
    await second.goto(page.url());
    await formReady(page, javaScript);
    await formReady(second, javaScript);
    await field(page, 'Name').fill('Một');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await field(second, 'Name').fill('Hai');
    await button(second, 'Save changes').click();
    await expect(second.getByRole('alert').getByRole('cell')).toHaveText(['Một', 'Hai']);
    await button(second, 'Save changes').click();
    await expectNotice(second, 'Changes saved');
    expect(await tagNames(second)).toEqual(['Hai']);
  });
});

test('everything is reached by keyboard', async ({ page }) => {
  await register(page);
  await postTag(page, 'VIP');
  await page.goto('/settings/tags');
  const reached: string[] = [];
  for (let presses = 0; presses < 45; presses += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? ''));
  }
  for (const name of ['Settings', 'Tags', 'New tag', 'Edit VIP', 'Delete VIP']) expect(reached).toContain(name);
  await link(page, 'Edit VIP').focus();
  await page.keyboard.press('Enter');
  await formReady(page, true);
  await page.getByRole('radio', { name: 'Green' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Blue' })).toBeChecked();
  await page.keyboard.press('Enter');
  await expectNotice(page, 'Changes saved');
});

test('markup and text of any language is a tag’s name like any other @once', async ({ page }) => {
  await register(page);
  const given = [...MARKUP, ...TEXTS].map((text, i) => `${i} ${text.replaceAll(/\s+/g, ' ')}`.slice(0, 90).trim());
  for (const name of given) await postTag(page, name);
  await page.goto('/settings/tags');
  expect((await page.locator('tbody tr td:first-child .chip').allTextContents()).sort()).toEqual(given.map((name) => name.normalize('NFC')).sort());
  for (const verb of ['Edit', 'Merge', 'Delete']) {
    await page.getByRole('link', { name: `${verb} 0 <script>` }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.goBack();
  }
});

test('the pages fit a phone and a desk, light and dark @once', async ({ page }) => {
  test.slow();
  await register(page);
  await postTag(page, `Tên rất dài của một nhãn ${'x'.repeat(70)}`);
  await postCompany(page, { name: 'Ánh Dương', new_tag: 'VIP' });
  await page.goto('/settings/tags');
  const at = async (name: string) => (await link(page, name).getAttribute('href')) ?? '';
  const paths = ['/settings/tags', '/settings/tags/new', await at('Edit VIP'), await at('Merge VIP'), await at('Delete VIP')];
  await forEachThemeAndWidth(page, async () => {
    for (const path of paths) {
      await page.goto(path);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
  });
});

test('an address that makes no sense gets a page with a way back', async ({ page, expectedMessages }) => {
  await register(page);
  expectedMessages.push(/40[04]/);
  for (const path of ['/settings/tags/1/edit', '/settings/tags/00000000-0000-7000-8000-000000000000/merge', '/settings/tags/x/delete', '/settings/nothing']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(link(page, 'Go to the start page')).toBeVisible();
  }
});
