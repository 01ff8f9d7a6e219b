// Several workspaces of one person: the switcher, three tabs, ending, and having none.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { button, expectError, fill, link, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { invite, joined, register, registerElsewhere } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

/** Makes a workspace by its form's own request and enters it: no page is drawn. */
async function postWorkspace(page: Page, name: string): Promise<void> {
  const answer = await page.request.post('/workspaces/new', { form: { name }, headers: SAME_ORIGIN, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Opens the switcher and presses a workspace there. */
async function switchTo(page: Page, from: string, to: string): Promise<void> {
  await button(page, `Workspace: ${from}`).click();
  await button(page, to).click();
  await expect(button(page, `Workspace: ${to}`)).toBeVisible();
}

const FIRST = 'Phạm Minh Hưng’s workspace';

withAndWithoutJavaScript((javaScript) => {
  test('one makes a workspace, switches, and sees what is there alone', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh Dương' });
    await button(page, `Workspace: ${FIRST}`).click();
    await link(page, 'New workspace').click();
    await sendUnchecked(page, 'Create workspace');
    await expectError(page, 'Name', /Write the workspace/);
    await fill(page, { Name: 'Kho Bình Dương' });
    await button(page, 'Create workspace').click();
    await expectNotice(page, 'You are in Kho Bình Dương now');
    await page.goto('/companies');
    await expect(page.getByRole('main')).not.toContainText('Ánh Dương');
    await switchTo(page, 'Kho Bình Dương', FIRST);
    await page.goto('/companies');
    await expect(page.getByRole('main')).toContainText('Ánh Dương');
  });

  test('past seven the switcher has a search', async ({ page }) => {
    await register(page);
    for (let n = 1; n <= 8; n += 1) await postWorkspace(page, `Công ty Số ${n}`);
    await page.goto('/companies');
    await button(page, 'Workspace: Công ty Số 8').click();
    await page.locator('#workspaces').getByRole('searchbox', { name: 'Search workspaces' }).fill('cong ty so 3');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/workspaces\?q=/);
    await expect(button(page, 'Switch to Công ty Số 4')).toHaveCount(0);
    await button(page, 'Switch to Công ty Số 3').click();
    await expect(button(page, 'Workspace: Công ty Số 3')).toBeVisible();
  });

  test('a link into one’s other workspace offers to switch and leads there', async ({ page, expectedMessages }) => {
    expectedMessages.push(/404/);
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postWorkspace(page, 'Second');
    await page.goto(company);
    await expect(page.getByRole('heading', { name: 'This is in another workspace' })).toBeVisible();
    await button(page, `Switch to ${FIRST}`).click();
    await expect(page).toHaveURL(company);
    await expect(page.getByRole('heading', { name: 'Ánh Dương' })).toBeVisible();
  });

  test('of three tabs, those that show the workspace before write nothing into the other', async ({ page, context, expectedMessages }) => {
    expectedMessages.push(/409/);
    await register(page);
    const tab = await context.newPage();
    await tab.goto('/companies/new');
    await formsReady(tab, javaScript);
    await fill(tab, { Name: 'Đường Việt' });
    await postWorkspace(page, 'Second');
    const third = await context.newPage();
    await third.goto('/companies');
    await expect(button(third, 'Workspace: Second')).toBeVisible();
    await button(tab, 'Create company').click();
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText('You are in Second now');
    await expect(tab.getByRole('main')).toContainText('Đường Việt');
    await expect(button(tab, 'Go on in Second')).toBeVisible();
    await third.reload();
    await expect(third.getByRole('main')).not.toContainText('Đường Việt');
  });

  test('the owner ends a workspace by its name, takes it back, and a person without one is told', async ({ page }) => {
    await register(page);
    await page.goto('/settings/workspace/end');
    await fill(page, { 'Name of the workspace': 'something else' });
    await button(page, 'End workspace').click();
    await expectError(page, 'Name of the workspace', /exactly as it is/);
    await fill(page, { 'Name of the workspace': FIRST });
    await button(page, 'End workspace').click();
    await expectNotice(page, /has ended/);
    await expect(page.getByRole('main')).toContainText('You are in no workspace');
    await page.goto('/deals');
    await expect(page).toHaveURL('/workspaces');
    await expect(link(page, 'New workspace')).toBeVisible();
    await button(page, `Take back ${FIRST}`).click();
    await expectNotice(page, 'The workspace goes on');
    await expect(page.getByRole('listitem').filter({ hasText: FIRST })).toContainText('You are here');
    await page.goto('/companies');
    await expect(page).toHaveURL('/companies');
  });
});

test('the pages are accessible and as wide as the window @once', async ({ page }) => {
  test.slow();
  await register(page);
  const long = 'Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Đường Việt Nam';
  for (let n = 0; n < 8; n += 1) await postWorkspace(page, `${long} ${n}`);
  await joined(page, 'viewer');
  const link = await invite(await registerElsewhere(page), 'nobody@example.org', 'admin');
  await forEachThemeAndWidth(page, async () => {
    for (const path of ['/workspaces', '/workspaces/new', '/settings/members', '/settings/members/invite', '/settings/workspace/end', '/settings/workspace/leave', '/settings/account/delete', link]) {
      await page.goto(path);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    }
    await page.goto('/companies');
    if (await page.getByRole('button', { name: 'Menu' }).isVisible()) await button(page, 'Menu').click();
    await page.getByRole('button', { name: /^Workspace: / }).first().click();
    await expect(page.locator('#workspaces')).toBeVisible();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});
