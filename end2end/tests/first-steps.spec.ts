// First steps of a new workspace, and demo data: filled in, marked, removed.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { button, field, fill, link } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { register } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const DEMO = '/settings/workspace/demo-data';

const steps = (page: Page) => page.getByRole('region', { name: 'First steps' });

async function fillWithDemoData(page: Page, javaScript: boolean, language: string): Promise<void> {
  await page.goto(DEMO);
  await formsReady(page, javaScript);
  await field(page, 'Language').selectOption(language);
  await button(page, 'Fill with demo data').click();
  await expectNotice(page, /^Demo data was filled in/);
}

withAndWithoutJavaScript((javaScript) => {
  test('a new workspace begins with its first steps, until they are dismissed', async ({ page }) => {
    await register(page);
    await page.goto('/');
    await expect(steps(page)).toContainText('0 of 5 done');
    await link(steps(page), 'Invite somebody').click();
    await expect(page).toHaveURL('/settings/members/invite');
    await page.goto('/');
    await link(steps(page), 'Add a company').click();
    await expect(page).toHaveURL('/companies/new');
    await page.goto('/');
    await formsReady(page, javaScript);
    await button(steps(page), 'Dismiss first steps').click();
    await expectNotice(page, /^First steps dismissed/);
    await expect(steps(page)).toHaveCount(0);
    await page.goto('/settings/workspace');
    await formsReady(page, javaScript);
    await button(page, 'Show first steps').click();
    await expectNotice(page, 'First steps are shown again');
    await expect(steps(page)).toBeVisible();
  });

  test('demo data is filled in, marked, and removed; what was changed is asked about', async ({ page }) => {
    await register(page);
    await page.goto('/');
    await link(steps(page), 'Fill with demo data').click();
    await expect(page).toHaveURL(DEMO);
    await fillWithDemoData(page, javaScript, 'en');
    await page.goto('/companies?q=acme');
    const row = page.getByRole('row', { name: /Acme Corp/ });
    await expect(row).toContainText('Demo');
    await link(row, 'Acme Corp').click();
    await expect(page.getByRole('main')).toContainText('Demo');
    await postCompany(page, { name: 'Ánh Dương' });
    await page.goto('/companies?q=globex');
    const globex = await link(page, 'Globex Inc').getAttribute('href');
    await page.goto(`${globex}/edit`);
    await formsReady(page, javaScript);
    await fill(page, { Industry: 'Shipping' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');

    await page.goto(`${DEMO}/remove`);
    await formsReady(page, javaScript);
    await expect(link(page.getByRole('main'), 'Globex Inc')).toBeVisible();
    await button(page, 'Remove demo data').click();
    await expectNotice(page, /^Demo data was removed/);
    await page.goto('/companies');
    await expect(page.getByRole('table')).toContainText('Globex Inc');
    await expect(page.getByRole('table')).toContainText('Ánh Dương');
    await expect(page.getByRole('table')).not.toContainText('Acme Corp');
    await expect(page.getByRole('table')).not.toContainText('Demo');
    await page.goto('/settings/bin');
    await expect(page.getByRole('main')).toContainText('Acme Corp');
  });

  test('changed demo records go as well if the box is ticked, and Vietnamese ones as English ones', async ({ page }) => {
    await register(page);
    await fillWithDemoData(page, javaScript, 'vi');
    await page.goto('/companies?q=tam duc');
    const hospital = await link(page, 'Bệnh viện Tâm Đức').getAttribute('href');
    await page.goto(`${hospital}/edit`);
    await formsReady(page, javaScript);
    await fill(page, { Industry: 'Y tế' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await page.goto(`${DEMO}/remove`);
    await formsReady(page, javaScript);
    await page.getByLabel('Remove the changed ones too').check();
    await button(page, 'Remove demo data').click();
    await expectNotice(page, /^Demo data was removed/);
    await page.goto('/companies');
    await expect(page.getByRole('table')).toHaveCount(0);
  });

  test('the steps and the questions by keyboard alone', async ({ page }) => {
    await register(page);
    await page.goto('/');
    await formsReady(page, javaScript);
    await button(steps(page), 'Dismiss first steps').focus();
    await page.keyboard.press('Tab');
    await expect(link(steps(page), 'Add a company')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/companies/new');
    await page.goto(DEMO);
    await formsReady(page, javaScript);
    await button(page, 'Fill with demo data').focus();
    await page.keyboard.press('Enter');
    await expectNotice(page, /^Demo data was filled in/);
    await page.goto(`${DEMO}/remove`);
    await formsReady(page, javaScript);
    await button(page, 'Remove demo data').focus();
    await page.keyboard.press('Enter');
    await expectNotice(page, /^Demo data was removed/);
  });
});

test('the pages hold at every width and theme, and say what they are', async ({ page }) => {
  test.slow();
  await register(page);
  await forEachThemeAndWidth(page, async () => {
    for (const path of ['/', DEMO, '/settings/workspace']) {
      await page.goto(path);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
  });
  await fillWithDemoData(page, true, 'vi');
  await forEachThemeAndWidth(page, async () => {
    for (const path of [DEMO, `${DEMO}/remove`, '/companies']) {
      await page.goto(path);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
  });
});
