// What is typed into a form and not saved is kept in the browser, offered when the form is opened again, and gone once it is
// saved, discarded, or its user signs out.

import { idOf, openQuickLog, postActivity, quickLog } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { pick, postContact } from '../support/contacts.ts';
import { postDeal } from '../support/deals.ts';
import { dateDrafts, draftKeys, draftOffer, expectNoDrafts, expectNothingOffered, expectOffered, expectSavedSince, openWithFirstInput, restoreButton } from '../support/drafts.ts';
import { button, field, fill, link, openForm, postDelete, postEdit, sendUnchecked } from '../support/form.ts';
import { formReady, formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { fillRegistration, fillSignIn, meanwhile, register, signOut, newPerson } from '../support/people.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

/** Decomposed letters, an emoji of several code points, and markup. */
const TEXT = `${'Đường Quảng Ngãi'.normalize('NFD')} 👩‍👩‍👧‍👦 <script>alert(1)</script>`;
/** Several lines, the first of them blank. */
const LINES = `\n${TEXT}\n\n</textarea>  dòng cuối`;

/** A form in which a draft is kept. */
interface Kind {
  /** What is typed into it. */
  of: string;
  /** Opens it as a person would. */
  open(page: Page): Promise<Locator>;
  /** Where the form is shown with what was restored. */
  restoredAt: string;
  /** The form's id. */
  id: string;
  verb: string;
  /** Types something into every field. */
  type(form: Locator): Promise<void>;
  /** The values of the fields by their labels. */
  values: Record<string, string>;
  /** Whatever is chosen otherwise than by a field's value. */
  expectChosen?(form: Locator): Promise<void>;
  /** Where the focus is once it was discarded. */
  first(form: Locator): Locator;
}

const nameOf = (form: Locator, row: number): Locator => form.getByLabel(`Name of field ${row}`, { exact: true });
const valueOf = (form: Locator, row: number): Locator => form.getByLabel(`Value of field ${row}`, { exact: true });
const at = (path: string, id: string) => async (page: Page): Promise<Locator> => {
  await openWithFirstInput(page, path);
  return page.locator(`form#${id}`);
};

/** Types custom fields: one row, one that is taken out again, and one that is added to those there are. */
async function typeRows(form: Locator): Promise<void> {
  await nameOf(form, 1).fill(TEXT);
  await valueOf(form, 1).fill(LINES);
  await nameOf(form, 2).fill('Nhầm');
  await button(form, 'Add field').click();
  await nameOf(form, 3).fill('Kho');
  await valueOf(form, 3).fill('Biên Hòa');
  await button(form, 'Remove field 2').click();
}

async function expectRows(form: Locator): Promise<void> {
  await expectText(nameOf(form, 1), TEXT);
  await expectText(valueOf(form, 1), LINES);
  await expectText(nameOf(form, 2), 'Kho');
  await expectText(valueOf(form, 2), 'Biên Hòa');
}

/** The same letters, however they are composed. */
async function expectText(input: Locator, text: string): Promise<void> {
  await expect.poll(async () => (await input.inputValue()).normalize('NFC')).toBe(text.normalize('NFC'));
}

const COMPANY: Kind = {
  of: 'a company',
  open: at('/companies/new', 'company'),
  restoredAt: '/companies/new',
  id: 'company',
  verb: 'Create company',
  values: { Name: TEXT, Industry: 'Thép', 'Tax code': '4300205943', Website: 'qns.com.vn', Phone: '0903 123 456', Email: 'a@qns.com.vn', Address: LINES, 'New tag': `Mới ${TEXT.slice(0, 20)}`, Notes: LINES },
  async type(form) {
    await typeRows(form);
    await fill(form, { ...this.values, Size: '500+ people', Status: 'Active' });
    await form.getByRole('checkbox', { name: 'Khách quen' }).check();
    await form.getByRole('radio', { name: 'Purple' }).check({ force: true });
  },
  async expectChosen(form) {
    await expectRows(form);
    await expect(field(form, 'Size')).toHaveValue('500+');
    await expect(field(form, 'Status')).toHaveValue('active');
    await expect(form.getByRole('checkbox', { name: 'Khách quen' })).toBeChecked();
    await expect(form.getByRole('checkbox', { name: 'VIP' })).not.toBeChecked();
    await expect(form.getByRole('radio', { name: 'Purple' })).toBeChecked();
  },
  first: (form) => field(form, 'Name'),
};

const CONTACT: Kind = {
  of: 'a contact',
  open: at('/contacts/new', 'contact'),
  restoredAt: '/contacts/new',
  id: 'contact',
  verb: 'Create contact',
  values: { Name: TEXT, Role: 'Kế toán trưởng', Phone: '0903 123 456', Email: 'a@qns.com.vn', Notes: LINES },
  async type(form) {
    await typeRows(form);
    await fill(form, { ...this.values, Authority: 'Secondary' });
    await pick(form, 'Company', 'anh', 'Ánh Dương', true);
    await pick(form, 'Reports to', 'dao', 'Trần Thị Đào', true);
    await form.getByRole('checkbox', { name: 'Decision-maker' }).check();
    await form.getByRole('checkbox', { name: 'Khách quen' }).check();
  },
  async expectChosen(form) {
    await expectRows(form);
    await expect(field(form, 'Authority')).toHaveValue('secondary');
    await expect(form.getByRole('combobox', { name: 'Company' })).toHaveValue('Ánh Dương');
    await expect(form.getByRole('combobox', { name: 'Reports to' })).toHaveValue(/^Trần Thị Đào/);
    await expect(form.getByRole('checkbox', { name: 'Decision-maker' })).toBeChecked();
    await expect(form.getByRole('checkbox', { name: 'Khách quen' })).toBeChecked();
  },
  first: (form) => field(form, 'Name'),
};

const DEAL: Kind = {
  of: 'a deal',
  open: at('/deals/new', 'deal'),
  restoredAt: '/deals/new',
  id: 'deal',
  verb: 'Create deal',
  values: { Name: TEXT, Value: '1,5 tỷ', 'Expected close': '2031-12-31', Probability: '85', Source: TEXT, Notes: LINES },
  async type(form) {
    await typeRows(form);
    await fill(form, { Stage: 'Negotiation', Company: 'Ánh Dương' });
    // The contacts come once their company is chosen.
    await expect(field(form, 'Contact').locator('option', { hasText: 'Trần Thị Đào' })).toHaveCount(1);
    await fill(form, { ...this.values, Contact: 'Trần Thị Đào' });
  },
  async expectChosen(form) {
    await expectRows(form);
    await expect(field(form, 'Stage')).toHaveValue('negotiation');
    await expect(field(form, 'Company').locator('option:checked')).toHaveText('Ánh Dương');
    await expect(field(form, 'Contact').locator('option:checked')).toHaveText('Trần Thị Đào');
  },
  first: (form) => field(form, 'Name'),
};

const ACTIVITY: Kind = {
  of: 'an activity',
  open: at('/activities/new', 'activity'),
  restoredAt: '/activities/new',
  id: 'activity',
  verb: 'Log activity',
  values: { When: '2026-03-02T09:30', Subject: TEXT, Minutes: '45', Description: LINES, Outcome: TEXT, 'Next steps': LINES },
  async type(form) {
    await pick(form, 'Contact', 'dao', 'Trần Thị Đào', true);
    await fill(form, { ...this.values, Type: 'Meeting' });
    await fill(form, { Deal: 'Xe tải, Ánh Dương' });
  },
  async expectChosen(form) {
    await expect(field(form, 'Type')).toHaveValue('meeting');
    await expect(form.getByRole('combobox', { name: 'Contact' })).toHaveValue(/^Trần Thị Đào/);
    await expect(field(form, 'Deal').locator('option:checked')).toHaveText('Xe tải, Ánh Dương');
  },
  first: (form) => field(form, 'Type'),
};

const QUICK_LOG: Kind = {
  of: 'the quick log',
  async open(page) {
    await openWithFirstInput(page, '/companies');
    await page.keyboard.press('l');
    return quickLog(page);
  },
  restoredAt: '/activities/quick',
  id: 'quick-log',
  verb: 'Log activity',
  values: { Subject: TEXT },
  async type(form) {
    await form.getByText('Email', { exact: true }).click();
    await pick(form, 'With', 'dao', 'Trần Thị Đào', true);
    await fill(form, this.values);
  },
  async expectChosen(form) {
    await expect(form.getByRole('radio', { name: 'Email' })).toBeChecked();
    await expect(form.getByRole('combobox', { name: 'With' })).toHaveValue(/^Trần Thị Đào/);
  },
  first: (form) => form.getByRole('radio', { name: 'Call' }),
};

const KINDS = [COMPANY, CONTACT, DEAL, ACTIVITY, QUICK_LOG];

/** A workspace with something to choose from in every form. */
async function withRecords(page: Page): Promise<{ company: string; contact: string; deal: string; activity: string }> {
  const company = await postCompany(page, { name: 'Ánh Dương', new_tag: 'Khách quen' });
  await postCompany(page, { name: 'Bình Minh', new_tag: 'VIP' });
  const contact = await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
  const deal = await postDeal(page, { name: 'Xe tải', company });
  const activity = await postActivity(page, { subject: 'Báo giá' });
  return { company, contact, deal, activity };
}

/** A company that somebody typed into a new form and did not save; the page is another one afterwards. */
async function typedCompany(page: Page, name = 'Dở dang'): Promise<void> {
  await openWithFirstInput(page, '/companies/new');
  await field(page, 'Name').fill(name);
  await expect.poll(() => draftKeys(page)).toHaveLength(1);
  await page.goto('/contacts');
}

for (const kind of KINDS) {
  test(`what was typed into the form of ${kind.of} and not saved is offered again, restored as it was and saved`, async ({ page }) => {
    await register(page);
    await withRecords(page);
    await kind.type(await kind.open(page));
    await page.goto('/contacts');
    await expectOffered(await kind.open(page));
    await restoreButton(page).click();
    await expect(page).toHaveURL(kind.restoredAt);
    await formsReady(page);
    const form = page.locator(`form#${kind.id}`);
    for (const [label, text] of Object.entries(kind.values)) await expectText(field(form, label), text);
    await kind.expectChosen?.(form);
    // The form says it all by itself now.
    await expectNothingOffered(page);
    await button(form, kind.verb).click();
    await expectNotice(page, /was created|logged/);
    await expectNoDrafts(page);
    await expectNothingOffered(await kind.open(page));
  });

  test(`what was typed into the form of ${kind.of} and discarded is gone for good`, async ({ page }) => {
    await register(page);
    await withRecords(page);
    const typed = await kind.open(page);
    await fill(typed, { [kind.id === 'activity' || kind.id === 'quick-log' ? 'Subject' : 'Name']: TEXT });
    const form = await kind.open(page);
    await expectOffered(form);
    await button(draftOffer(form), 'Discard').click();
    await expect(draftOffer(page)).toHaveCount(0);
    await expect(kind.first(form)).toBeFocused();
    await expectNoDrafts(page);
    await expectNothingOffered(await kind.open(page));
    await page.reload();
    await expectNothingOffered(page);
  });
}

test('what was typed in a dialog is offered in the dialog and on the page, and in a new tab after the first was closed', async ({ page, context }) => {
  await register(page);
  await openWithFirstInput(page, '/companies');
  const dialog = await openForm(page.getByRole('main'), 'New company', 'Create company');
  await fill(dialog, { Name: TEXT, Notes: LINES });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expectOffered(await openForm(page.getByRole('main'), 'New company', 'Create company'));
  await expect(page.getByRole('dialog')).toBeVisible();
  const other = await context.newPage();
  await page.close();
  await openWithFirstInput(other, '/companies/new');
  await expectOffered(other);
  // By keyboard.
  await restoreButton(other).focus();
  await other.keyboard.press('Enter');
  await expectText(field(other, 'Notes'), LINES);
  await expectText(field(other, 'Name'), TEXT);
});

test('what was saved is not offered again even if the page after it was left before the islands’ code had come', async ({ page }) => {
  await register(page);
  await openWithFirstInput(page, '/companies/new');
  await field(page, 'Name').fill('Ánh Dương');
  await page.route('**/*.wasm', () => new Promise(() => undefined));
  await button(page, 'Create company').click();
  await expectNotice(page, 'Ánh Dương was created');
  // The notice was on that page alone.
  await page.goto('/contacts');
  await page.unroute('**/*.wasm');
  await openWithFirstInput(page, '/companies/new');
  await expectNothingOffered(page);
});

test('what was saved from the dialog is not offered at its next opening', async ({ page }) => {
  const person = await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await openWithFirstInput(page, company);
  const edit = await openForm(page.getByRole('main'), 'Edit', 'Save changes');
  await fill(edit, { Name: 'Ánh Dương Mới' });
  await button(edit, 'Save changes').click();
  await expectNotice(page, 'Changes saved');
  await expectNoDrafts(page);
  // Somebody changes it after that: what was typed then is still not said to be unsaved.
  await meanwhile(page, person, (other) => postEdit(other, company, { name: 'Khác', status: 'lead', version: '2' }));
  await openWithFirstInput(page, company);
  await expectNothingOffered(await openForm(page.getByRole('main'), 'Edit', 'Save changes'));
  await page.keyboard.press('Escape');
  const dialog = await openQuickLog(page, page.getByRole('main'), 'Log activity');
  await field(dialog, 'Subject').fill('Gọi lại');
  await button(dialog, 'Log activity').click();
  await expectNotice(page, 'logged');
  await expectNothingOffered(await openQuickLog(page, page.getByRole('main'), 'Log activity'));
});

test('the offer says when it was typed, with the day unless it was today', async ({ page }) => {
  await register(page);
  await typedCompany(page);
  const morning = await page.evaluate(() => new Date().setHours(9, 5, 0, 0));
  await dateDrafts(page, morning);
  await openWithFirstInput(page, '/companies/new');
  await expect(button(page, 'Restore what you typed at 09:05')).toBeVisible();
  await expect(draftOffer(page)).toContainText('What you typed here at 09:05 was not saved.');
  await dateDrafts(page, morning - 3 * 86_400_000);
  await page.reload();
  const day = new Date(morning - 3 * 86_400_000).toLocaleDateString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' });
  await expect(button(page, `Restore what you typed on ${day} at 09:05`)).toBeVisible();
});

test('a draft is kept for fourteen days', async ({ page }) => {
  await register(page);
  await typedCompany(page);
  const day = 86_400_000;
  await dateDrafts(page, Date.now() - 14 * day + 60_000);
  await openWithFirstInput(page, '/companies/new');
  await expectOffered(page);
  await dateDrafts(page, Date.now() - 14 * day - 60_000);
  // Any page throws it away, not only the form's own.
  await openWithFirstInput(page, '/contacts');
  await expectNoDrafts(page);
  await openWithFirstInput(page, '/companies/new');
  await expectNothingOffered(page);
});

test('what another version of the program kept is thrown away without a word', async ({ page }) => {
  await register(page);
  await typedCompany(page);
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith('draft '))) localStorage.setItem(key, '{"v":0}');
  });
  await openWithFirstInput(page, '/companies/new');
  await expectNothingOffered(page);
  await expectNoDrafts(page);
});

for (const [what, path, label] of [
  ['a form', '/companies/new', 'Name'],
  ['a form that fills in the time by itself', '/activities/new', 'Subject'],
] as const) {
  test(`${what}, into which something was typed and taken out again, offers nothing`, async ({ page }) => {
    await register(page);
    await openWithFirstInput(page, path);
    await field(page, label).fill('x');
    await field(page, label).fill('');
    // As if it had been typed a minute earlier, if it is kept at all.
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) {
        const [at, fields] = (localStorage.getItem(key) ?? '').split(' ');
        const typed = new URLSearchParams(fields);
        const date = typed.get('date');
        if (date) typed.set('date', `${date.slice(0, -2)}${date.endsWith('00') ? '01' : '00'}`);
        localStorage.setItem(key, `${at} ${typed.toString()}`);
      }
    });
    await openWithFirstInput(page, path);
    await expectNothingOffered(page);
  });
}

test('a row of custom fields that was typed and taken out again stays out', async ({ page }) => {
  await register(page);
  const path = await postCompany(page, { name: 'Ánh Dương' });
  await openWithFirstInput(page, `${path}/edit`);
  const form = page.locator('form#company');
  await nameOf(form, 1).fill('Kho');
  await valueOf(form, 1).fill('Biên Hòa');
  await nameOf(form, 2).fill('Nhầm');
  await button(form, 'Remove field 2').click();
  await openWithFirstInput(page, `${path}/edit`);
  await restoreButton(page).click();
  await formsReady(page);
  await expect(nameOf(form, 1)).toHaveValue('Kho');
  await expect(nameOf(form, 2)).toHaveValue('');
});

test('a saved row of custom fields that was taken out is out when that is restored', async ({ page }) => {
  await register(page);
  const path = await postCompany(page, { name: 'Ánh Dương', metadata_name: 'Kho', metadata_value: 'Biên Hòa' });
  await openWithFirstInput(page, `${path}/edit`);
  const form = page.locator('form#company');
  await button(form, 'Remove field 1').click();
  await openWithFirstInput(page, `${path}/edit`);
  await expect(nameOf(form, 1)).toHaveValue('Kho');
  await restoreButton(page).click();
  await formsReady(page);
  await expect(nameOf(form, 1)).toHaveValue('');
});

test('a quick log of a deal is still about that deal once it was restored', async ({ page }) => {
  await register(page);
  const { deal } = await withRecords(page);
  await openWithFirstInput(page, deal);
  await field(await openQuickLog(page, page.getByRole('main'), 'Log activity'), 'Subject').fill('Báo giá lần hai');
  await openWithFirstInput(page, '/companies');
  await page.keyboard.press('l');
  await restoreButton(await quickLog(page)).click();
  await expect(page).toHaveURL('/activities/quick');
  await expect(page.getByRole('main')).toContainText('About the deal Xe tải');
  await formsReady(page);
  await button(page.locator('form#quick-log'), 'Log activity').click();
  await expectNotice(page, 'Call logged');
  await expect(link(page.getByRole('main'), 'Xe tải')).toHaveAttribute('href', deal);
});

test('typing over an offer does not lose what was offered', async ({ page }) => {
  await register(page);
  await openWithFirstInput(page, '/companies/new');
  await fill(page, { Name: 'Thứ nhất', Notes: 'Dài lắm' });
  await openWithFirstInput(page, '/companies/new');
  await expectOffered(page);
  await field(page, 'Name').fill('Thứ hai');
  await openWithFirstInput(page, '/companies/new');
  await expectOffered(page);
  // The newer one is offered first, and after it the earlier one.
  await button(draftOffer(page), 'Discard').click();
  await expectOffered(page);
  await restoreButton(page).click();
  await formsReady(page);
  await expect(field(page, 'Name')).toHaveValue('Thứ nhất');
  await expect(field(page, 'Notes')).toHaveValue('Dài lắm');
  await button(page, 'Create company').click();
  await expectNotice(page, 'Thứ nhất was created');
  await expectNoDrafts(page);
});

test('what was begun in the quick log and saved by the whole form is not offered again', async ({ page }) => {
  await register(page);
  await openWithFirstInput(page, '/companies');
  await page.keyboard.press('l');
  const dialog = await quickLog(page);
  await field(dialog, 'Subject').fill('Hợp đồng');
  await button(dialog, 'All fields').click();
  await expect(page).toHaveURL(/\/activities\/new\?/);
  await formsReady(page);
  await field(page, 'Outcome').fill('Đồng ý');
  await button(page, 'Log activity').click();
  await expectNotice(page, 'logged');
  await formsReady(page);
  await page.keyboard.press('l');
  await expectNothingOffered(await quickLog(page));
});

test.describe('a record that was saved since', () => {
  for (const [name, verb, label, theirs] of [
    ['company', 'Phone', 'Name', { name: 'Của họ', status: 'lead' }],
    ['contact', 'Phone', 'Name', { name: 'Của họ' }],
    ['deal', 'Source', 'Name', { name: 'Của họ', stage: 'prospecting' }],
    ['activity', 'Outcome', 'Subject', { subject: 'Của họ', type: 'call' }],
  ] as const) {
    test(`the offer of the form of ${name === 'activity' ? 'an' : 'a'} ${name} says so, and restoring it shows both versions`, async ({ page }) => {
      const person = await register(page);
      const records = await withRecords(page);
      const path = records[name];
      await openWithFirstInput(page, `${path}/edit`);
      await fill(page, { [label]: 'Của tôi', [verb]: '0903 123 456' });
      await openWithFirstInput(page, `${path}/edit`);
      await expectSavedSince(page, false);
      await meanwhile(page, person, (other) => postEdit(other, path, { ...theirs, ...(name === 'deal' && { company_id: idOf(records.company) }) }));
      await openWithFirstInput(page, `${path}/edit`);
      await expect(field(page, label)).toHaveValue('Của họ');
      await expectSavedSince(page, true);
      await restoreButton(page).click();
      const alert = page.getByRole('alert');
      await expect(alert).toContainText('Somebody else saved this record');
      const row = alert.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label }) });
      await expect(row.getByRole('cell')).toHaveText(['Của họ', 'Của tôi']);
      await formsReady(page);
      await expect(field(page, label)).toHaveValue('Của tôi');
      await expect(field(page, verb)).toHaveValue('0903 123 456');
      await expectNothingOffered(page);
      await button(page, 'Save changes').click();
      await expectNotice(page, 'Changes saved');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Của tôi');
      await expectNoDrafts(page);
      await openWithFirstInput(page, `${path}/edit`);
      await expectNothingOffered(page);
    });
  }

  test('the dialog over its page says so too', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await openWithFirstInput(page, company);
    await fill(await openForm(page.getByRole('main'), 'Edit', 'Save changes'), { Name: 'Của tôi' });
    await page.keyboard.press('Escape');
    await meanwhile(page, person, (other) => postEdit(other, company, { name: 'Của họ', status: 'lead' }));
    const dialog = await openForm(page.getByRole('main'), 'Edit', 'Save changes');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(field(dialog, 'Name')).toHaveValue('Của họ');
    await expectSavedSince(dialog, true);
    await expectAccessible(page);
    await restoreButton(dialog).click();
    await expect(page).toHaveURL(`${company}/edit`);
    await expect(page.getByRole('alert').getByRole('cell')).toHaveText(['Của họ', 'Của tôi']);
    await expect(field(page, 'Name')).toHaveValue('Của tôi');
  });

  test('"Keep theirs" throws the draft away', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await openWithFirstInput(page, `${company}/edit`);
    await fill(page, { Name: 'Của tôi' });
    await meanwhile(page, person, (other) => postEdit(other, company, { name: 'Của họ', status: 'lead' }));
    await button(page, 'Save changes').click();
    await expect(page.getByRole('alert')).toContainText('Somebody else saved this record');
    await formsReady(page);
    expect(await draftKeys(page)).toHaveLength(1);
    await button(page, 'Keep theirs').click();
    await expect(field(page, 'Name')).toHaveValue('Của họ');
    await expectNothingOffered(page);
    await expectNoDrafts(page);
  });
});

test('"Discard what you typed" of a refused form throws the draft away', async ({ page }) => {
  await register(page);
  await openWithFirstInput(page, '/companies/new');
  await fill(page, { Email: 'nobody', Notes: 'Dở dang' });
  await sendUnchecked(page, 'Create company');
  await formsReady(page);
  // What the page shows again need not be offered.
  await expectNothingOffered(page);
  expect(await draftKeys(page)).toHaveLength(1);
  await button(page, 'Discard what you typed').click();
  await expect(field(page, 'Notes')).toHaveValue('');
  await expectNothingOffered(page);
  await expectNoDrafts(page);
  await page.reload();
  await expectNothingOffered(page);
});

test.describe('a record that was deleted since', () => {
  test.use({ expectedMessages: [/status of 409/] });

  test('what "Restore and save" saved is not offered again', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await openWithFirstInput(page, `${company}/edit`);
    await fill(page, { Name: 'Của tôi' });
    await meanwhile(page, person, (other) => postDelete(other, company));
    await button(page, 'Save changes').click();
    await button(page, 'Restore and save').click();
    await expect(page).toHaveURL(company);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Của tôi');
    // Once it is changed again, what was typed and saved then would look like something else.
    await meanwhile(page, person, (other) => postEdit(other, company, { name: 'Sau đó', status: 'lead', version: '4' }));
    await openWithFirstInput(page, `${company}/edit`);
    await expect(field(page, 'Name')).toHaveValue('Sau đó');
    await expectNothingOffered(page);
  });
});

test('a draft belongs to one form: another record’s offers nothing', async ({ page }) => {
  await register(page);
  const one = await postCompany(page, { name: 'Ánh Dương' });
  const another = await postCompany(page, { name: 'Bình Minh' });
  await openWithFirstInput(page, `${one}/edit`);
  await fill(page, { Name: 'Dở dang' });
  for (const path of [`${another}/edit`, '/companies/new', '/contacts/new']) {
    await openWithFirstInput(page, path);
    await expectNothingOffered(page);
  }
  await openWithFirstInput(page, `${one}/edit`);
  await expectOffered(page);
});

test('a draft belongs to one user: another one in the same browser is offered nothing, and leaves it there', async ({ page, context }) => {
  const first = await register(page);
  await typedCompany(page);
  const [key] = await draftKeys(page);
  // The session ends without a sign-out, which would throw the draft away.
  await context.clearCookies({ name: 'minicrm' });
  const second = await register(page, newPerson('Trần Thị Lan'));
  await openWithFirstInput(page, '/companies/new');
  await expectNothingOffered(page);
  await field(page, 'Name').fill('Của người thứ hai');
  await expect.poll(() => draftKeys(page)).toHaveLength(2);
  await signOut(page, second);
  expect(await draftKeys(page)).toEqual([key]);
  await fillSignIn(page, first);
  await expect(page).toHaveURL('/');
  await openWithFirstInput(page, '/companies/new');
  await restoreButton(page).click();
  await expect(field(page, 'Name')).toHaveValue('Dở dang');
});

test.describe('at sign-out', () => {
  test('nothing of what the user typed stays in the browser', async ({ page }) => {
    const person = await register(page);
    for (const [path, label] of [['/companies/new', 'Name'], ['/deals/new', 'Notes'], ['/activities/new', 'Subject']] as const) {
      await openWithFirstInput(page, path);
      await field(page, label).fill('Bí mật');
    }
    await expect.poll(() => draftKeys(page)).toHaveLength(3);
    await page.goto('/contacts');
    await formsReady(page);
    await signOut(page, person);
    expect(await draftKeys(page)).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toMatch(/B%C3%AD|Bí/);
    await fillSignIn(page, person);
    await expect(page).toHaveURL('/');
    await openWithFirstInput(page, '/companies/new');
    await expectNothingOffered(page);
  });

  test('nothing stays either when the button is pressed before the islands’ code has come', async ({ page }) => {
    const person = await register(page);
    await typedCompany(page, 'Bí mật');
    await page.route('**/*.wasm', () => new Promise(() => undefined));
    await page.goto('/contacts');
    expect(await draftKeys(page)).toHaveLength(1);
    const listenedTo = await page.evaluate(() => [...((window as Window & { listenedTo?: Set<string> }).listenedTo ?? [])]);
    expect(listenedTo, 'the islands are not there').not.toContain('pageshow');
    expect(listenedTo).not.toContain('submit');
    await signOut(page, person);
    expect(await draftKeys(page)).toEqual([]);
  });

  test('another tab in which a form is still open keeps no more of it, until its user is there again', async ({ page, context }) => {
    const person = await register(page);
    await openWithFirstInput(page, '/companies/new');
    await field(page, 'Name').fill('Bí');
    const other = await context.newPage();
    await other.goto('/contacts');
    await signOut(other, person);
    await field(page, 'Name').pressSequentially(' mật');
    await field(page, 'Notes').fill('Bí mật');
    expect(await draftKeys(page)).toEqual([]);
    await fillSignIn(other, person);
    await expect(other).toHaveURL('/');
    await openWithFirstInput(other, '/companies/new');
    await expectNothingOffered(other);
    await field(other, 'Name').fill('Không còn bí mật');
    expect(await draftKeys(other)).toHaveLength(1);
  });
});

test('no password and nothing else of registration and sign-in is ever kept', async ({ page }) => {
  await page.goto('/register');
  await formReady(page, true);
  await fillRegistration(page, newPerson());
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.goto('/login');
  await fill(page, { Email: 'lan@example.com', Password: 'cà phê sữa đá' });
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  const person = await register(page);
  await openWithFirstInput(page, '/companies/new');
  await field(page, 'Name').fill('Dở dang');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).toContain('/companies/new');
  expect(decodeURIComponent(kept.replaceAll('+', ' '))).not.toContain(person.password);
});

for (const [what, forbid] of [
  ['keep nothing at all', () => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('Access is denied', 'SecurityError'); } })],
  ['keep nothing more', () => { Storage.prototype.setItem = () => { throw new DOMException('The quota has been exceeded', 'QuotaExceededError'); }; }],
] as const) {
  test(`in a browser that may ${what}, forms work`, async ({ page }) => {
    await page.addInitScript(forbid);
    await register(page);
    await openWithFirstInput(page, '/companies');
    const form = await openForm(page.getByRole('main'), 'New company', 'Create company');
    await expect(page.getByRole('dialog')).toBeVisible();
    await fill(form, { Name: 'Ánh Dương' });
    await button(form, 'Create company').click();
    await expectNotice(page, 'Ánh Dương was created');
    const company = new URL(page.url()).pathname;
    await openWithFirstInput(page, `${company}/edit`);
    await fill(page, { Name: ' ', Notes: 'Còn đây' });
    await button(page, 'Save changes').click();
    await expect(field(page, 'Name')).toHaveAttribute('aria-invalid', 'true');
    await fill(page, { Name: 'Bình Minh' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await openWithFirstInput(page, `${company}/edit`);
    await expectNothingOffered(page);
  });

  test(`in a browser that may ${what}, signing out works without an error`, async ({ page }) => {
    const person = await register(page);
    await typedCompany(page, 'Bí mật');
    await page.addInitScript(forbid);
    await page.reload();
    await signOut(page, person);
    // What was kept before is gone even so, where the browser lets it be seen.
    if (what === 'keep nothing more') expect(await draftKeys(page)).toEqual([]);
    await page.goto('/companies');
    await expect(page).toHaveURL(/\/login/);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('no form offers anything', async ({ page }) => {
    await register(page);
    for (const path of ['/companies/new', '/activities/quick']) {
      await page.goto(path);
      await expect(page.locator('[data-draft-offer]')).toHaveCount(1);
      await expect(page.locator('[data-draft-offer]')).toBeHidden();
    }
  });
});

for (const [when, days] of [['today', 0], ['days ago', 3]] as const) {
  test(`axe finds nothing on a page or dialog that offers a draft of ${when}, and it fits every width, light and dark @once`, async ({ page }) => {
    test.slow();
    const person = await register(page);
    const company = await postCompany(page, { name: 'Công ty Cổ phần Đường Quảng Ngãi' });
    await openWithFirstInput(page, `${company}/edit`);
    await fill(page, { Name: 'x'.repeat(200) });
    await openWithFirstInput(page, company);
    await field(await openQuickLog(page, page.getByRole('main'), 'Log activity'), 'Subject').fill('x'.repeat(200));
    await meanwhile(page, person, (other) => postEdit(other, company, { name: 'Khác', status: 'lead' }));
    await dateDrafts(page, Date.now() - days * 86_400_000);
    await openWithFirstInput(page, `${company}/edit`);
    await forEachThemeAndWidth(page, async () => {
      await expectSavedSince(page, true);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
    await openWithFirstInput(page, company);
    await forEachThemeAndWidth(page, async () => {
      for (const open of [() => openForm(page.getByRole('main'), 'Edit', 'Save changes'), () => openQuickLog(page, page.getByRole('main'), 'Log activity')]) {
        await expectOffered(await open());
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
    });
  });
}
