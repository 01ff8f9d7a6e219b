// The whole of it once through: a newcomer registers, adds a company and a deal, moves the deal on, and finds all of it
// after the server was restarted.

import { addCompany, expectNotice, names, row, search } from '../support/companies.ts';
import { addDeal, card, column, drag, expectColumn, expectTotals, openBoard } from '../support/deals.ts';
import { button, fill, link, openForm } from '../support/form.ts';
import { fillRegistration, fillSignIn, newPerson } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript((javaScript) => {
  test('registers, adds a company with two tags and a deal of 1,5 tỷ, moves it, restarts, and it is there', async ({ page, server, browser }) => {
    const person = newPerson('Phạm Minh Hưng');

    await test.step('registers', async () => {
      await page.goto('/');
      await expect(page).toHaveURL(/\/login/);
      await link(page, 'Create an account').click();
      await fillRegistration(page, person);
      await button(page, 'Create account').click();
      await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
    });

    await test.step('adds a company with an accent in its name and two tags', async () => {
      await addCompany(page, { Name: 'CÔNG TY Đường Quảng Ngãi', Industry: 'Thực phẩm', 'New tag': 'Khách hàng lớn' });
      const form = await openForm(page, 'Edit', 'Save changes');
      await fill(form, { 'New tag': 'Miền Trung' });
      await button(form, 'Save changes').click();
      await expectNotice(page, 'Changes saved');
      for (const tag of ['Khách hàng lớn', 'Miền Trung']) await expect(page.getByRole('main').getByText(tag, { exact: true })).toBeVisible();
      await addCompany(page, { Name: 'Ánh Dương Logistics' });
    });

    await test.step('finds it by unaccented search', async () => {
      await page.goto('/companies');
      await search(page, 'cong ty duong');
      await expect.poll(() => names(page)).toEqual(['CÔNG TY Đường Quảng Ngãi']);
      await expect(row(page, 'CÔNG TY Đường Quảng Ngãi')).toContainText('Miền Trung');
    });

    await test.step('adds a deal worth 1,5 tỷ, and another', async () => {
      await addDeal(page, { Name: 'Xe tải đông lạnh', Value: '1,5 tỷ', Company: 'CÔNG TY Đường Quảng Ngãi' });
      await addDeal(page, { Name: 'Kho lạnh', Value: '640 triệu', Company: 'Ánh Dương Logistics' });
      await openBoard(page, javaScript);
      await expectColumn(page, 'prospecting', ['Kho lạnh', 'Xe tải đông lạnh'], '2.140.000.000');
      await expectColumn(page, 'proposal', [], '0');
      await expect(card(column(page, 'prospecting'), 'Xe tải đông lạnh')).toContainText('1.500.000.000');
      await expect(card(column(page, 'prospecting'), 'Xe tải đông lạnh')).toContainText('CÔNG TY Đường Quảng Ngãi');
    });

    await test.step(javaScript ? 'drags it to Proposal' : 'moves it to Proposal by the form', async () => {
      if (javaScript) {
        await drag(page, 'Xe tải đông lạnh', 'proposal');
      } else {
        await link(card(page, 'Xe tải đông lạnh'), 'Move Xe tải đông lạnh').click();
        await fill(page, { Stage: 'Proposal' });
        await button(page, 'Move deal').click();
      }
      await expectNotice(page, /moved to Proposal/);
      await expectBoard();
    });

    await test.step('after a restart all is there', async () => {
      await server.restart();
      await openBoard(page, javaScript);
      await expectBoard();
      await page.goto('/companies?q=quang+ngai');
      await expect(row(page, 'CÔNG TY Đường Quảng Ngãi')).toContainText('1.500.000.000');
    });

    await test.step('also for a browser that was never here', async () => {
      const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: javaScript });
      const other = await context.newPage();
      await other.goto('/deals');
      await fillSignIn(other, person);
      await expect(other).toHaveURL('/deals');
      await expect(card(column(other, 'proposal'), 'Xe tải đông lạnh')).toBeVisible();
      await expectTotals(other, 'proposal', 1, '1.500.000.000');
      await context.close();
    });

    async function expectBoard(): Promise<void> {
      await expectColumn(page, 'prospecting', ['Kho lạnh'], '640.000.000');
      await expectColumn(page, 'proposal', ['Xe tải đông lạnh'], '1.500.000.000');
    }
  });
});
