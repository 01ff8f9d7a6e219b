// The team: figures of each member, which lead to the records that they count.

import { expectAccessible } from '../support/axe.ts';
import { postCompany } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { link } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { joined, newPerson, register, secondBrowser } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const member = (page: Page, name: string) => page.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: name });

withAndWithoutJavaScript((javaScript) => {
  test('owners see what each member has to do, and get to it', async ({ page }) => {
    const person = await register(page);
    await joined(page, 'member');
    const company = await postCompany(page, { name: 'Ánh Dương', status: 'lead' });
    await postDeal(page, { name: 'Xe tải', company, value: '1,5 tỷ' });
    await page.goto('/companies');
    await link(page.getByRole('navigation', { name: 'Main' }), 'Team').click();
    await expect(page).toHaveURL('/team');
    const own = member(page, `${person.name} (you)`);
    await expect(own).toContainText('1.500.000.000');
    await expect(own).toContainText('Last seen here');
    await expect(member(page, 'Nguyễn Thị Lan').getByRole('link', { name: '0 open deals' })).toHaveCount(1);
    await link(own, '1 open deals').click();
    await expect(page).toHaveURL(/\/deals\?.*owner_id=.*view=list/);
    await expect(page.getByRole('row').filter({ hasText: 'Xe tải' })).toHaveCount(1);
    await expect(page.locator('#count')).toContainText('1');
    await page.goto('/team');
    await link(own, '0 activities this week').click();
    await expect(page.getByRole('main')).toContainText('No activity matches this search and these filters.');
    await link(page, 'Clear Owner').click();
    await expect(page).not.toHaveURL(/owner_id/);
  });

  test('members see neither link nor page', async ({ page, expectedMessages }) => {
    expectedMessages.push(/403/);
    await register(page);
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await expect(link(other.getByRole('navigation', { name: 'Main' }), 'Team')).toHaveCount(0);
    expect((await other.goto('/team'))?.status()).toBe(403);
    await other.context().close();
  });
});

test('the team is whole at every width @once', async ({ page }) => {
  test.slow();
  await register(page, newPerson('Nguyễn Hoàng Phương Quỳnh Trâm Anh Thư Mai'));
  await joined(page, 'viewer');
  await page.goto('/team');
  await forEachThemeAndWidth(page, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});
