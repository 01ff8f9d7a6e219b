// The dashboard: how things stand, and what is next. Each number leads to the list of what it counts.

import { postActivity } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { button, link } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { fillRegistration, joined, newPerson, register, secondBrowser } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** A day so many days from today, by the clock of the workspace. */
function day(days: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date(Date.now() + days * 86_400_000));
}

withAndWithoutJavaScript((javaScript) => {
  test('a newcomer sees noughts, and where to begin', async ({ page }) => {
    await page.goto('/register');
    await fillRegistration(page, newPerson());
    await button(page, 'Create account').click();
    await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
    await expect(link(page, '0 companies')).toHaveAttribute('href', '/companies');
    await expect(card(page, 'Past their day')).toContainText('No open deal is past its day.');
    const actions = page.getByRole('group', { name: 'Quick actions' });
    for (const name of ['Log activity', 'New company', 'New contact', 'New deal']) await expect(link(actions, name)).toBeVisible();
    // axe is a script.
    if (javaScript) await expectAccessible(page);
  });

  test('each number leads to the list of what it counts', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương', status: 'lead' });
    await postDeal(page, { name: 'Xe tải', company, value: '1,5 tỷ', stage: 'proposal' });
    await postDeal(page, { name: 'Kho lạnh', company, stage: 'proposal' });
    await postDeal(page, { name: 'Đã ký', company, value: '9 tỷ', stage: 'closed-won' });
    await page.goto('/');
    await expect(page.getByRole('img', { name: 'Value of open deals by stage' })).toBeVisible();
    await link(page, '1.500.000.000 ₫ value in Proposal').click();
    await expect(page).toHaveURL(/\/deals\?stage=proposal&view=list/);
    await expect(page.locator('#count')).toContainText('2');
    await expect(page.locator('#all-total')).toContainText('1.500.000.000');
    await page.goto('/');
    await link(page, '1 open deal without a value').click();
    await expect(page.getByRole('row').filter({ hasText: 'Kho lạnh' })).toHaveCount(1);
    await expect(page.locator('#count')).toContainText('1');
    await page.goto('/');
    await link(page, '1 company added in 30 days').click();
    await expect(page.getByRole('row').filter({ hasText: 'Ánh Dương' })).toHaveCount(1);
    await link(page, 'Clear Added').click();
    await expect(page).toHaveURL('/companies');
  });

  test('one’s own records alone are shown when asked', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh Dương', status: 'lead' });
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/');
    await expect(link(other, '1 company')).toBeVisible();
    await link(other.getByRole('navigation', { name: 'Whose records' }), 'Mine').click();
    await expect(other).toHaveURL('/?owner=me');
    await link(other, '0 companies').click();
    await expect(other).toHaveURL(/\/companies\?owner_id=/);
    await expect(other.getByRole('main')).toContainText('No company matches this search and these filters.');
    await other.context().close();
  });

  test('deals, follow-ups and who decides are told in words', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương', status: 'lead' });
    await postDeal(page, { name: 'Xe tải', company, stage: 'proposal', expected_close_date: day(-3) });
    await postDeal(page, { name: 'Kho lạnh', company, stage: 'proposal', expected_close_date: day(1) });
    await postActivity(page, { subject: 'Gọi lại', date: `${day(2)}T09:00` });
    await page.goto('/');
    await expect(card(page, 'Past their day')).toContainText('3 days late');
    await expect(card(page, 'Closing within 30 days')).toContainText('In 1 day');
    await expect(card(page, 'Follow-ups')).toContainText('Gọi lại');
    await expect(card(page, 'Who decides')).toContainText('Ánh Dương');
    await link(card(page, 'Past their day'), 'Xe tải').click();
    await expect(page.getByRole('heading', { name: 'Xe tải', level: 1 })).toBeVisible();
  });
});

test('the keyboard goes from figure to figure @once', async ({ page }) => {
  await register(page);
  await page.goto('/');
  await button(page, 'Dismiss first steps').click();
  await expect(button(page, 'Dismiss first steps')).toBeHidden();
  await link(page, 'Everybody').focus();
  for (const name of ['Log activity', 'New company', 'New contact', 'New deal']) {
    await page.keyboard.press('Tab');
    await expect(link(page.getByRole('group', { name: 'Quick actions' }), name)).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(link(page, '0 companies')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/companies');
});

test('the dashboard is whole at every width @once', async ({ page }) => {
  test.slow();
  await register(page);
  const company = await postCompany(page, { name: 'Công ty Trách nhiệm Hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Đông Nam Á', status: 'lead' });
  await postDeal(page, { name: 'Hợp đồng cung cấp thiết bị dài hạn giai đoạn hai nghìn không trăm hai mươi bảy', company, value: '9.999.999.999.999', stage: 'proposal', expected_close_date: day(-400) });
  for (const address of ['/', '/?owner=me']) {
    await page.goto(address);
    await forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  }
});
