// Contacts: the list, search and filters, form, detail, who decides, deletion and undo.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, names, postCompany } from '../support/companies.ts';
import { deleteContact, idOf, pick, postContact, searchContacts } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { button, expectError, field, fill, link, openForm } from '../support/form.ts';
import { formReady, waitForListener } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize, WIDTHS } from '../support/layout.ts';
import { MARKUP, TEXTS } from '../support/payloads.ts';
import { register } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript((javaScript) => {
  test('an empty list says what to do', async ({ page }) => {
    await register(page);
    await page.goto('/contacts');
    const main = page.getByRole('main');
    await expect(main).toContainText('No contacts yet');
    await expect(link(main, 'New contact')).toHaveCount(2);
    await expect(main.getByRole('table')).toHaveCount(0);
  });

  test('a contact is added, linked to a company, and comes back as typed', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'CÔNG TY Đường Quảng Ngãi' });
    await postCompany(page, { name: 'Ánh Dương Logistics' });
    await postContact(page, { name: 'Nguyễn Văn Đức' });
    await page.goto('/contacts/new');
    await formReady(page, javaScript);
    const typed = { Name: 'Trần Thị Đào', Role: 'Kế toán trưởng', Phone: '+84 903.123.456', Email: 'dao@qns.com.vn', Notes: 'Gọi trước 10 giờ.\n\n🙂', 'New tag': 'Ưu tiên' };
    const form = page.locator('form#contact');
    await fill(form, typed);
    await pick(form, 'Company', 'duong quang', 'CÔNG TY Đường Quảng Ngãi', javaScript);
    await form.getByRole('checkbox', { name: 'Decision-maker' }).check();
    await field(form, 'Authority').selectOption({ label: 'Secondary' });
    await pick(form, 'Reports to', 'duc', 'Nguyễn Văn Đức', javaScript);
    await button(form, 'Create contact').click();
    await expectNotice(page, 'Trần Thị Đào was created');
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText(typed.Name);
    for (const text of [typed.Role, typed.Phone, typed.Email, typed.Notes, typed['New tag'], 'Secondary', 'Nguyễn Văn Đức']) {
      await expect(main).toContainText(text, { useInnerText: true });
    }
    await expect(link(main, 'Call')).toHaveAttribute('href', 'tel:+84903123456');
    await expect(link(main, 'Email')).toHaveAttribute('href', 'mailto:dao@qns.com.vn');
    await link(main, 'CÔNG TY Đường Quảng Ngãi').first().click();
    await link(main, 'Contacts 1').click();
    await link(main, 'Trần Thị Đào').click();
    const edit = await openForm(main, 'Edit', 'Save changes');
    for (const label of ['Name', 'Role', 'Phone', 'Email', 'Notes'] as const) await expect(field(edit, label)).toHaveValue(typed[label]);
    await expect(edit.getByRole('checkbox', { name: 'Decision-maker' })).toBeChecked();
    await expect(edit.getByRole('checkbox', { name: 'Ưu tiên' })).toBeChecked();
    await expect(field(edit, 'Authority')).toHaveValue('secondary');
  });

  test('wrong fields are named together, nothing typed is lost, nothing is saved', async ({ page }) => {
    await register(page);
    await page.goto('/contacts/new');
    await formReady(page, javaScript);
    const typed = { Name: '  ', Phone: 'call me', Email: 'nobody', Role: 'Kế toán', Notes: 'kept' };
    await fill(page, typed);
    await button(page, 'Create contact').click();
    if (javaScript) await expect(field(page, 'Name')).toBeFocused();
    else await expect(page.getByRole('alert')).toContainText('3 fields need another look');
    await expectError(page, 'Name', "Write the contact's name");
    await expectError(page, 'Phone', 'Write a phone number such as 0903 123 456');
    await expectError(page, 'Email', 'Write an address such as name@example.com');
    for (const label of ['Phone', 'Email', 'Role', 'Notes'] as const) await expect(field(page, label)).toHaveValue(typed[label]);
    await page.goto('/contacts');
    await expect(page.getByRole('main')).toContainText('No contacts yet');
  });

  test('only decision-makers are listed when asked for', async ({ page }) => {
    await register(page);
    await postContact(page, { name: 'Đức', authority_level: 'primary' });
    await postContact(page, { name: 'Đào', is_decision_maker: 'true' });
    await postContact(page, { name: 'Huy', authority_level: 'influencer' });
    await page.goto('/contacts');
    await link(page, 'Decision-makers only').click();
    await expect.poll(() => names(page)).toEqual(['Đào', 'Đức']);
    await expect(page.getByRole('row').filter({ hasText: 'Đức' })).toContainText('Primary');
    // It stays on while something else is searched for.
    await searchContacts(page, 'duc');
    await expect.poll(() => names(page)).toEqual(['Đức']);
    await link(page, 'Decision-makers only').click();
    await page.goto('/contacts?authority_level=influencer');
    await expect.poll(() => names(page)).toEqual(['Huy']);
  });

  test('a contact is found by name, company, role and telephone number however it is written', async ({ page }) => {
    await register(page);
    const company = idOf(await postCompany(page, { name: 'Đường Quảng Ngãi', phone: '024 3825 4411' }));
    await postContact(page, { name: 'Nguyễn Văn Đức', job_title: 'Tổng giám đốc', phone: '0903 123 456', company_id: company });
    await postContact(page, { name: 'Trần Thị Đào', job_title: 'Kế toán trưởng', phone: '+84 912 000 111' });
    await page.goto('/contacts');
    for (const words of ['NGUYEN van', 'Đức'.normalize('NFD'), 'duong quang', 'giam doc', '+84 903.123.456', '84903123456', '0903123456', '0903 123']) {
      await searchContacts(page, words);
      await expect.poll(() => names(page), words).toEqual(['Nguyễn Văn Đức']);
    }
    await searchContacts(page, '0912000111');
    await expect.poll(() => names(page)).toEqual(['Trần Thị Đào']);
    await searchContacts(page, 'xyzzy');
    await expect(page.getByRole('main')).toContainText('No contact matches');
    await page.goto(`/contacts?company_id=${company}`);
    await expect.poll(() => names(page)).toEqual(['Nguyễn Văn Đức']);
    await link(page, 'Clear Company').click();
    await expect.poll(async () => (await names(page)).length).toBe(2);
    await page.goto(`/companies?q=${encodeURIComponent('+84 24 3825 4411')}`);
    await expect.poll(() => names(page)).toEqual(['Đường Quảng Ngãi']);
  });

  test('every column sorts', async ({ page }) => {
    await register(page);
    await postContact(page, { name: 'Ánh', job_title: 'B', email: 'c@a.vn', authority_level: 'influencer', phone: '0909 000 001' });
    await postContact(page, { name: 'bình', job_title: 'A', email: 'b@a.vn', authority_level: 'primary', phone: '0909 000 003' });
    await postContact(page, { name: 'Đông', job_title: 'C', email: 'a@a.vn', authority_level: 'secondary', phone: '0909 000 002' });
    for (const [column, expected] of Object.entries({ Name: ['Ánh', 'bình', 'Đông'], Role: ['bình', 'Ánh', 'Đông'], Authority: ['bình', 'Đông', 'Ánh'], Phone: ['Ánh', 'Đông', 'bình'], Email: ['Đông', 'bình', 'Ánh'] })) {
      await page.goto(column === 'Name' ? '/contacts?sort=-name' : '/contacts');
      await link(page.getByRole('columnheader', { name: column }), column).click();
      await expect.poll(() => names(page), column).toEqual(expected);
      await link(page.getByRole('columnheader', { name: column }), column).click();
      await expect.poll(() => names(page), column).toEqual(expected.toReversed());
      await expect(page.getByRole('columnheader', { name: column })).toHaveAttribute('aria-sort', 'descending');
    }
  });

  test('a deletion says what goes along, and is undone', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const boss = await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
    await postContact(page, { name: 'Huy', reports_to_id: idOf(boss) });
    await postDeal(page, { name: 'Xe tải', company, contact_id: idOf(boss) });
    await page.goto(boss);
    await expect(page.getByRole('main')).toContainText('Direct reports');
    await page.getByRole('main').locator('summary').click();
    await link(page, 'Delete contact').click();
    const main = page.getByRole('main');
    await expect(main).toContainText('there will still be 1 deal');
    await expect(main).toContainText('1 contact reports to this one');
    await button(main, 'Delete contact').click();
    await expect(page).toHaveURL('/contacts');
    await expectNotice(page, 'Trần Thị Đào was deleted');
    await expect.poll(() => names(page)).toEqual(['Huy']);
    await button(page.getByRole('status'), 'Undo').click();
    await expectNotice(page, 'Trần Thị Đào is back');
    await expect(page).toHaveURL(boss);
    await link(page, 'Deals 1').click();
    await link(page, 'Xe tải').click();
    await link(page, 'Trần Thị Đào').first().click();
    await link(page, 'History').click();
    for (const word of ['Restored', 'Deleted', 'Created']) await expect(page.getByRole('main')).toContainText(word);
  });

  test('of two people who edit a contact the second sees both versions', async ({ page }) => {
    await register(page);
    const path = await postContact(page, { name: 'Đức', job_title: 'Kế toán' });
    await page.goto(`${path}/edit`);
    const other = await page.request.post(`${path}/edit`, { form: { name: 'Đức', job_title: 'Giám đốc', version: '1' }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
    expect(other.status()).toBe(303);
    await fill(page, { Role: 'Phó giám đốc' });
    await button(page, 'Save changes').click();
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Somebody else saved this record');
    await expect(alert).toContainText('Giám đốc');
    await expect(alert).toContainText('Phó giám đốc');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await link(page, 'History').click();
    await expect(page.getByRole('main')).toContainText('Phó giám đốc');
  });

  test('nobody can be made to report to who reports to them', async ({ page }) => {
    await register(page);
    const top = await postContact(page, { name: 'Top' });
    await postContact(page, { name: 'Below', reports_to_id: idOf(top) });
    await page.goto(`${top}/edit`);
    await formReady(page, javaScript);
    await pick(page.locator('form#contact'), 'Reports to', 'below', 'Below', javaScript);
    await button(page, 'Save changes').click();
    await expect(page.getByRole('alert')).toContainText('Below reports to this contact already');
  });

  test('a company’s page starts a contact that is linked to it', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(`${company}?tab=contacts`);
    const form = await openForm(page.getByRole('main'), 'New contact', 'Create contact');
    await fill(form, { Name: 'Đào' });
    await button(form, 'Create contact').click();
    await expectNotice(page, 'Đào was created');
    await expect(link(page.getByRole('main'), 'Ánh Dương').first()).toHaveAttribute('href', company);
  });
});

test('without JavaScript a company past the two hundredth is found by its words', async ({ browser, baseURL, page }) => {
  test.slow();
  await register(page);
  for (let n = 0; n < 205; n += 1) await postCompany(page, { name: `Công ty ${String(n).padStart(3, '0')}` });
  await postCompany(page, { name: 'Zebra Đường' });
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState(), ...(baseURL === undefined ? {} : { baseURL }) });
  const plain = await context.newPage();
  await plain.goto('/contacts/new');
  await fill(plain, { Name: 'Đức' });
  await plain.getByRole('searchbox', { name: 'Find: Company' }).fill('duong');
  await plain.locator('.picker', { has: plain.locator('#company_id') }).getByRole('button', { name: 'Search' }).click();
  await expect(field(plain, 'Name')).toHaveValue('Đức');
  await field(plain, 'Company').selectOption({ label: 'Zebra Đường' });
  await button(plain, 'Create contact').click();
  await expectNotice(plain, 'Đức was created');
  await expect(link(plain.getByRole('main'), 'Zebra Đường').first()).toBeVisible();
  await context.close();
});

test('a picker is worked by keyboard alone, and says what it finds', async ({ page }) => {
  await register(page);
  for (const name of ['Ánh Dương', 'Bình Minh', 'Cửu Long']) await postCompany(page, { name });
  await page.goto('/contacts/new');
  await waitForListener(page, 'focusout');
  const input = page.getByRole('combobox', { name: 'Company' });
  const list = page.getByRole('listbox', { name: 'Matches: Company' });
  await input.focus();
  await input.press('ArrowDown');
  await expect(list.getByRole('option')).toHaveCount(3);
  await expect(input).toHaveAttribute('aria-expanded', 'true');
  await expect(page.locator('.picker [aria-live]').first()).toHaveText('3 found');
  await input.press('ArrowDown');
  await input.press('ArrowDown');
  await expect(list.getByRole('option', { selected: true })).toHaveText('Bình Minh');
  await expect(input).toHaveAttribute('aria-activedescendant', (await list.getByRole('option', { selected: true }).getAttribute('id')) ?? '');
  await input.press('ArrowUp');
  await expect(list.getByRole('option', { selected: true })).toHaveText('Ánh Dương');
  await input.press('Enter');
  await expect(input).toHaveValue('Ánh Dương');
  await expect(list).toBeHidden();
  // What is typed and not chosen is not kept; Escape closes the list and nothing else.
  await input.fill('cuu');
  await expect(list.getByRole('option')).toHaveText(['Cửu Long']);
  await input.press('Escape');
  await expect(list).toBeHidden();
  await input.blur();
  await expect(input).toHaveValue('Ánh Dương');
  await input.fill('xyzzy');
  await expect(list.getByRole('option', { name: 'No match' })).toBeVisible();
  await button(page, 'Clear Company').click();
  await expect(input).toHaveValue('');
  await fill(page, { Name: 'Đức' });
  await button(page, 'Create contact').click();
  await expectNotice(page, 'Đức was created');
  await expect(page.getByRole('main').locator('dd', { hasText: 'Ánh Dương' })).toHaveCount(0);
});

test('the form in a dialog picks and saves', async ({ page }) => {
  await register(page);
  await postCompany(page, { name: 'Ánh Dương' });
  await page.goto('/contacts');
  await waitForListener(page, 'click');
  await link(page.getByRole('main'), 'New contact').first().click();
  const dialog = page.getByRole('dialog');
  await fill(dialog, { Name: 'Đức' });
  await pick(dialog, 'Company', 'anh', 'Ánh Dương', true);
  const input = dialog.getByRole('combobox', { name: 'Company' });
  await input.click();
  await expect(dialog.getByRole('listbox', { name: 'Matches: Company' }).getByRole('option')).toHaveCount(1);
  await input.press('Escape');
  await expect(dialog, 'Escape closes the list, not the dialog').toBeVisible();
  await button(dialog, 'Create contact').click();
  await expectNotice(page, 'Đức was created');
  await expect(link(page.getByRole('main'), 'Ánh Dương').first()).toBeVisible();
});

test('markup and any letters in every field are text wherever they are shown @once', async ({ page }) => {
  test.slow();
  await register(page);
  const kept = (text: string): string => text.normalize('NFC').trim();
  for (const [i, payload] of [...MARKUP, ...TEXTS].entries()) {
    const path = await postContact(page, { name: payload, job_title: payload, notes: payload, new_tag: `${i}${payload}`.slice(0, 30) });
    await page.goto(path);
    expect(await page.getByRole('heading', { level: 1 }).evaluate((heading) => heading.textContent)).toBe(kept(payload));
    await page.goto(`${path}/edit`);
    await expect(field(page, 'Name')).toHaveValue(kept(payload));
    await expect(field(page, 'Role')).toHaveValue(kept(payload));
    await expect(field(page, 'Notes')).toHaveValue(kept(payload));
    await page.goto(`${path}?tab=history`);
    await expect(page.getByRole('main')).toContainText('Created');
  }
  for (const path of ['/contacts', '/contacts?page=2', `/contacts?q=${encodeURIComponent('<script>alert(1)</script>')}`, '/contacts/new', '/deals/new']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await page.goto('/contacts/new');
  await waitForListener(page, 'focusout');
  await page.getByRole('combobox', { name: 'Reports to' }).fill('<script>');
  await expect(page.getByRole('listbox', { name: 'Matches: Reports to' }).getByRole('option').first()).toContainText('<script>', { ignoreCase: true });
});

test('every page of contacts is accessible and fits @once', async ({ page }) => {
  test.slow();
  await register(page);
  const company = idOf(await postCompany(page, { name: 'Công ty Cổ phần Đường Quảng Ngãi và các công ty thành viên' }));
  const boss = await postContact(page, { name: 'Nguyễn Văn Đức', authority_level: 'primary', job_title: 'Tổng giám đốc', phone: '0903 123 456', email: 'duc@qns.com.vn', company_id: company, new_tag: 'Ưu tiên' });
  await postContact(page, { name: 'Trần Thị Đào '.repeat(18).trim(), job_title: 'Kế toán trưởng '.repeat(12).trim(), reports_to_id: idOf(boss), company_id: company, authority_level: 'influencer' });
  for (const width of WIDTHS) {
    await resize(page, width);
    for (const path of ['/contacts', '/contacts?is_decision_maker=true', '/contacts/new', boss, `${boss}?tab=deals`, `${boss}?tab=history`, `${boss}/edit`, `${boss}/delete`]) {
      await page.goto(path);
      await expectNoSidewaysScroll(page);
      if (width !== 820) await expectAccessible(page);
    }
  }
  await page.goto('/contacts/new');
  await waitForListener(page, 'focusout');
  await page.getByRole('combobox', { name: 'Company' }).click();
  await expect(page.getByRole('listbox', { name: 'Matches: Company' }).getByRole('option')).toHaveCount(1);
  await expectAccessible(page);
  await deleteContact(page, boss);
  await expectAccessible(page);
});

test('an address that makes no sense gets a page with a way back', async ({ page, expectedMessages }) => {
  await register(page);
  expectedMessages.push(/40[04]/);
  for (const [path, status] of [
    ['/contacts/new?author_id=1', 400],
    ['/contacts/1', 404],
    ['/contacts/00000000-0000-7000-8000-000000000000', 404],
    ['/contacts/00000000-0000-7000-8000-000000000000/delete', 404],
  ] as const) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(status);
    await expect(link(page, 'Go to the start page')).toBeVisible();
  }
  for (const query of ['authority_level=boss', 'company_id=1%20or%201=1', `q=${'x'.repeat(201)}`]) {
    expect((await page.goto(`/contacts?${query}`))?.status(), query).toBe(400);
    await expect(link(page, 'Show the list without it')).toHaveAttribute('href', '/contacts');
  }
});
