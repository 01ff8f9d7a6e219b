// Somebody else removes a record while its form is open: what was typed is not lost, and one sees what happened, who did it,
// and what can be done.

import { idOf, postActivity } from '../support/activities.ts';
import { expectAccessible } from '../support/axe.ts';
import { expectNotice, names, postCompany, row } from '../support/companies.ts';
import { postContact } from '../support/contacts.ts';
import { card, cards, drag, expectColumn, openBoard, postDeal } from '../support/deals.ts';
import { expectOffered, openWithFirstInput, restoreButton } from '../support/drafts.ts';
import { button, expectError, field, fill, link, openForm, postDelete, postEdit } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, resize, WIDTHS } from '../support/layout.ts';
import { meanwhile, type Person, register } from '../support/people.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** Several lines and markup, as it must come back. */
const TYPED = 'Dòng một 🙂\n<script>alert(1)</script>';

/** The page tells what became of the record, who did it, and that nothing was saved. */
async function expectRemoved(page: Page, heading: string, person: Person): Promise<Locator> {
  const alert = page.getByRole('alert');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  await expect(alert.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(alert).toContainText(`by ${person.name}`);
  await expect(alert).toContainText('just now');
  await expect(alert).toContainText('Nothing was saved.');
  return alert;
}

/** Presses Tab until this has the focus. */
async function reachByKeyboard(page: Page, target: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(target).toBeFocused({ timeout: 1 });
  }).toPass({ intervals: [0], timeout: 15_000 });
}

/** Opens the form of a record: over its page with JavaScript. */
async function openEdit(page: Page, path: string, javaScript: boolean): Promise<Locator> {
  await page.goto(javaScript ? path : `${path}/edit`);
  if (!javaScript) return page.locator('form').filter({ has: button(page, 'Save changes') });
  await formsReady(page);
  const form = await openForm(page.getByRole('main'), 'Edit', 'Save changes');
  await expect(page.getByRole('dialog')).toBeVisible();
  return form;
}

async function postTag(from: Pick<Page, 'request'>, name: string): Promise<void> {
  const answer = await from.request.post('/settings/tags/new', { form: { name, color: '#16a34a' }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The path of a tag in the settings; the page is their list afterwards. */
async function pathOfTag(page: Page, name: string): Promise<string> {
  await page.goto('/settings/tags');
  const href = (await link(page, `Edit ${name}`).getAttribute('href')) ?? '';
  return href.replace(/\/edit$/, '');
}

async function postMerge(from: Pick<Page, 'request'>, tag: string, into: string): Promise<void> {
  const answer = await from.request.post(`${tag}/merge`, { form: { into: idOf(into), version: '1' }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

withAndWithoutJavaScript((javaScript) => {
  test.describe('a form of what is no longer there', () => {
    // The answer that tells it has the status of a conflict, and Chromium notes that.
    test.use({ expectedMessages: [/status of 409/] });

    const kinds = {
      company: { label: 'Notes', verb: 'Save changes', name: 'Ánh Dương', make: (page: Page) => postCompany(page, { name: 'Ánh Dương' }) },
      contact: { label: 'Notes', verb: 'Save changes', name: 'Trần Thị Đào', make: (page: Page) => postContact(page, { name: 'Trần Thị Đào' }) },
      deal: { label: 'Notes', verb: 'Save changes', name: 'Xe tải', make: async (page: Page) => postDeal(page, { name: 'Xe tải', company: await postCompany(page, { name: 'Ánh Dương' }) }) },
      activity: { label: 'Description', verb: 'Save changes', name: 'Báo giá', make: (page: Page) => postActivity(page, { subject: 'Báo giá' }) },
    };
    for (const [kind, { label, verb, name, make }] of Object.entries(kinds)) {
      test(`${kind === 'activity' ? 'an' : 'a'} ${kind} was deleted while it was edited: saving says so, and "Restore and save" saves what was typed`, async ({ page }) => {
        const person = await register(page);
        const path = await make(page);
        const form = await openEdit(page, path, javaScript);
        await fill(form, { [label]: TYPED });
        await meanwhile(page, person, (other) => postDelete(other, path));
        await button(form, verb).click();
        const alert = await expectRemoved(page, `“${name}” is in the bin`, person);
        await expect(alert).toContainText(TYPED, { useInnerText: true });
        await expect(link(page, 'Leave it')).toBeVisible();
        if (javaScript) await expectAccessible(page);
        // By keyboard: with and without a script.
        await reachByKeyboard(page, button(page, 'Restore and save'));
        await page.keyboard.press('Enter');
        await expect(page).toHaveURL(path);
        await expectNotice(page, 'Changes saved');
        await expect(page.getByRole('main')).toContainText(TYPED, { useInnerText: true });
        await page.goto('/settings/bin');
        await expect(page.getByRole('main')).toContainText('The bin is empty');
      });
    }

    test('"Leave it" leaves the record in the bin', async ({ page }) => {
      const person = await register(page);
      const path = await postContact(page, { name: 'Trần Thị Đào' });
      const form = await openEdit(page, path, javaScript);
      await fill(form, { Notes: TYPED });
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(form, 'Save changes').click();
      await expectRemoved(page, '“Trần Thị Đào” is in the bin', person);
      await link(page, 'Leave it').click();
      await expect(page).toHaveURL('/contacts');
      await page.goto('/settings/bin');
      await expect(button(page, 'Restore Trần Thị Đào')).toBeVisible();
    });

    test('a deal went to the bin with its company: what comes back along is named', async ({ page }) => {
      const person = await register(page);
      const company = await postCompany(page, { name: 'Ánh Dương' });
      const contact = await postContact(page, { name: 'Trần Thị Đào', company_id: idOf(company) });
      const deal = await postDeal(page, { name: 'Xe tải', company });
      const form = await openEdit(page, deal, javaScript);
      await fill(form, { Notes: TYPED });
      await meanwhile(page, person, async (other) => {
        const answer = await other.request.post(`${company}/delete`, { form: { version: '1', contacts: '1', deals: '1' }, maxRedirects: 0 });
        expect(answer.status()).toBe(303);
      });
      await button(form, 'Save changes').click();
      const alert = await expectRemoved(page, '“Xe tải” is in the bin', person);
      await expect(alert).toContainText('Restoring it also restores Ánh Dương, which it needs.');
      await button(page, 'Restore and save').click();
      await expect(page).toHaveURL(deal);
      await expectNotice(page, 'Changes saved');
      for (const path of [company, contact]) expect((await page.goto(path))?.status(), path).toBe(200);
    });

    test('a record was changed and then deleted: both versions are shown before anything is saved', async ({ page }) => {
      const person = await register(page);
      const path = await postCompany(page, { name: 'Ánh Dương' });
      const form = await openEdit(page, path, javaScript);
      await fill(form, { Name: 'Của tôi' });
      await meanwhile(page, person, async (other) => {
        await postEdit(other, path, { name: 'Của họ', status: 'lead' });
        await postDelete(other, path, '2');
      });
      await button(form, 'Save changes').click();
      await expectRemoved(page, '“Của họ” is in the bin', person);
      await button(page, 'Restore and save').click();
      await expect(page).toHaveURL(`${path}/edit`);
      await expect(page.getByRole('alert').getByRole('cell')).toHaveText(['Của họ', 'Của tôi']);
      await button(page, 'Save changes').click();
      await expectNotice(page, 'Changes saved');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Của tôi');
    });

    test('a record was deleted and restored again by somebody else: "Restore and save" saves it', async ({ page }) => {
      const person = await register(page);
      const path = await postCompany(page, { name: 'Ánh Dương' });
      const form = await openEdit(page, path, javaScript);
      await fill(form, { Notes: TYPED });
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(form, 'Save changes').click();
      await expectRemoved(page, '“Ánh Dương” is in the bin', person);
      await meanwhile(page, person, async (other) => {
        expect((await other.request.post(`${path}/restore`, { maxRedirects: 0 })).status()).toBe(303);
      });
      await button(page, 'Restore and save').click();
      await expect(page).toHaveURL(path);
      await expectNotice(page, 'Changes saved');
      await expect(page.getByRole('main')).toContainText(TYPED, { useInnerText: true });
    });

    test('a record was deleted and its form has something wrong in it too: nothing typed is lost', async ({ page }) => {
      const person = await register(page);
      const path = await postCompany(page, { name: 'Ánh Dương' });
      const form = await openEdit(page, path, javaScript);
      await fill(form, { Name: ' ', Notes: TYPED });
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(form, 'Save changes').click();
      if (javaScript) {
        // Nothing is sent before that is put right.
        await expectError(form, 'Name', "Write the company's name");
        await fill(form, { Name: 'Của tôi' });
        await button(form, 'Save changes').click();
      }
      const alert = await expectRemoved(page, '“Ánh Dương” is in the bin', person);
      await expect(alert).toContainText(TYPED, { useInnerText: true });
      await button(page, 'Restore and save').click();
      if (!javaScript) {
        await expect(page).toHaveURL(`${path}/edit`);
        await expectError(page, 'Name', "Write the company's name");
        await fill(page, { Name: 'Của tôi' });
        await button(page, 'Save changes').click();
      }
      await expectNotice(page, 'Changes saved');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Của tôi');
      await expect(page.getByRole('main')).toContainText(TYPED, { useInnerText: true });
    });

    test('an activity was deleted while a note on it was typed: the note is added once it is restored', async ({ page }) => {
      const person = await register(page);
      const path = await postActivity(page, { subject: 'Báo giá' });
      await page.goto(path);
      await formsReady(page, javaScript);
      await fill(page, { 'Add a note': TYPED });
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(page, 'Add note').click();
      const alert = await expectRemoved(page, '“Báo giá” is in the bin', person);
      await expect(alert).toContainText(TYPED, { useInnerText: true });
      await button(page, 'Restore and save').click();
      await expect(page).toHaveURL(path);
      await expectNotice(page, 'Note added');
      await expect(page.locator('#notes').getByRole('listitem')).toContainText(TYPED, { useInnerText: true });
    });

    test('a deal was deleted while its move was chosen: it moves once it is restored', async ({ page }) => {
      const person = await register(page);
      const company = await postCompany(page, { name: 'Ánh Dương' });
      const path = await postDeal(page, { name: 'Xe tải', company });
      await page.goto(`${path}/move`);
      await formsReady(page, javaScript);
      await fill(page, { Stage: 'Closed Lost', 'Reason it was lost': TYPED.replace('\n', ' ') });
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(page, 'Move deal').click();
      const alert = await expectRemoved(page, '“Xe tải” is in the bin', person);
      await expect(alert).toContainText(TYPED.replace('\n', ' '));
      await button(page, 'Restore and save').click();
      await expectNotice(page, '“Xe tải” moved to Closed Lost');
      await page.goto(path);
      await expect(page.getByRole('main')).toContainText(TYPED.replace('\n', ' '));
      await expect(page.getByRole('list', { name: 'Stage' }).locator('[aria-current=step]')).toHaveText('Closed Lost');
    });

    test('a tag was merged while it was renamed: the one in its place is named and can be edited', async ({ page }) => {
      const person = await register(page);
      for (const name of ['Khách VIP', 'VIP']) await postTag(page, name);
      const [old, kept] = [await pathOfTag(page, 'Khách VIP'), await pathOfTag(page, 'VIP')];
      await page.goto(`${old}/edit`);
      await formsReady(page, javaScript);
      await fill(page, { Name: 'Khách <b>quý</b>' });
      await meanwhile(page, person, (other) => postMerge(other, old, kept));
      await button(page, 'Save changes').click();
      const alert = await expectRemoved(page, 'Tag “Khách VIP” was merged into “VIP”', person);
      await expect(alert).toContainText('Khách <b>quý</b>');
      await expect(button(page, 'Restore and save')).toHaveCount(0);
      if (javaScript) await expectAccessible(page);
      await reachByKeyboard(page, link(page, 'Edit VIP'));
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(`${kept}/edit`);
      await expect(field(page, 'Name')).toHaveValue('VIP');
    });

    test('a tag was deleted while it was renamed: that is said, and nothing can be restored', async ({ page }) => {
      const person = await register(page);
      await postTag(page, 'VIP');
      const path = await pathOfTag(page, 'VIP');
      await page.goto(`${path}/edit`);
      await formsReady(page, javaScript);
      await fill(page, { Name: 'Khách quý' });
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(page, 'Save changes').click();
      const alert = await expectRemoved(page, 'Tag “VIP” was deleted', person);
      await expect(alert).toContainText('Khách quý');
      await expect(button(page, 'Restore and save')).toHaveCount(0);
      await link(page, 'Leave it').click();
      await expect(page).toHaveURL('/settings/tags');
    });

    test('somebody else was faster to delete it: the bin is a link away', async ({ page }) => {
      const person = await register(page);
      const path = await postCompany(page, { name: 'Ánh Dương' });
      await page.goto(`${path}/delete`);
      await formsReady(page, javaScript);
      await meanwhile(page, person, (other) => postDelete(other, path));
      await button(page, 'Delete company').click();
      await expectRemoved(page, '“Ánh Dương” is in the bin', person);
      await expect(button(page, 'Restore and save')).toHaveCount(0);
      await link(page, 'Open the bin').click();
      await expect(page).toHaveURL('/settings/bin');
      await expect(button(page, 'Restore Ánh Dương')).toBeVisible();
    });
  });

  test('the address of a tag that was merged leads to the one in its place, over several merges', async ({ page }) => {
    await register(page);
    await postCompany(page, { name: 'Một', new_tag: 'A' });
    await postCompany(page, { name: 'Hai', new_tag: 'B' });
    await postContact(page, { name: 'Đào', new_tag: 'C' });
    const [a, b, c] = [await pathOfTag(page, 'A'), await pathOfTag(page, 'B'), await pathOfTag(page, 'C')];
    await postMerge(page, a, b);
    await page.goto(`/companies?tag=${idOf(a)}&status=lead`);
    await expect(page).toHaveURL(new RegExp(`[?&]tag=${idOf(b)}(&|$)`));
    await expect(page).toHaveURL(/[?&]status=lead(&|$)/);
    expect((await names(page)).sort()).toEqual(['Hai', 'Một']);
    await postMerge(page, b, c);
    for (const old of [a, b]) {
      await page.goto(`/companies?tag=${idOf(old)}`);
      await expect(page).toHaveURL(`/companies?tag=${idOf(c)}`);
      expect((await names(page)).sort()).toEqual(['Hai', 'Một']);
      await page.goto(`/contacts?tag=${idOf(old)}`);
      await expect(page).toHaveURL(`/contacts?tag=${idOf(c)}`);
      expect(await names(page)).toEqual(['Đào']);
      // Nobody asked whether to merge or delete the other one.
      for (const verb of ['edit', 'merge', 'delete']) {
        await page.goto(`${old}/${verb}`);
        await expect(page).toHaveURL(`${c}/edit`);
      }
    }
  });

  test('a company to which somebody was added after the question is deleted only when asked again', async ({ page }) => {
    const person = await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto(`${company}/delete`);
    await formsReady(page, javaScript);
    const main = page.getByRole('main');
    await expect(main).toContainText('Nothing else goes with it.');
    await meanwhile(page, person, (other) => postContact(other, { name: 'Trần Thị Đào', company_id: idOf(company) }));
    await button(page, 'Delete company').click();
    await expect(page).toHaveURL(`${company}/delete`);
    await expect(page.getByRole('alert')).toHaveText('Since you were asked, 1 contact was added.');
    await expect(main).toContainText('1 contact of this company will be deleted with it.');
    if (javaScript) await expectAccessible(page);
    await formsReady(page, javaScript);
    await button(page, 'Delete company').click();
    await expectNotice(page, 'Ánh Dương was deleted');
    await expect(row(page, 'Ánh Dương')).toHaveCount(0);
    await page.goto('/contacts');
    await expect(page.getByRole('main')).toContainText('No contacts yet');
    await page.goto('/settings/bin');
    await expect(page.getByRole('listitem').filter({ hasText: 'with 1 contact' })).toHaveCount(1);
  });
});

test('a card whose deal was deleted meanwhile leads to what became of it when it is dragged, and goes', async ({ page, expectedMessages }) => {
  expectedMessages.push(/ERR_FAILED|status of 409/);
  const person = await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await postDeal(page, { name: 'B', company, value: '20' });
  const path = await postDeal(page, { name: 'A', company, value: '100' });
  // A tab whose connection is down: it doesn't hear what others do.
  await page.route('**/events/board*', (route) => route.abort());
  const dragDeleted = async (version: string) => {
    await openBoard(page);
    await meanwhile(page, person, (other) => postDelete(other, path, version));
    expect(await cards(page, 'prospecting')).toEqual(['A', 'B']);
    await drag(page, 'A', 'proposal');
    // The page of the form for moving it: there it can be restored and moved by one button.
    await expectRemoved(page, '“A” is in the bin', person);
  };
  await dragDeleted('1');
  await link(page, 'Leave it').click();
  await expect(page).toHaveURL('/deals');
  await expect(page.locator('#board')).toHaveAttribute('data-ready', '');
  await expect(card(page, 'A')).toHaveCount(0);
  await expectColumn(page, 'prospecting', ['B'], '20');
  await expectColumn(page, 'proposal', [], '0');
  await meanwhile(page, person, (other) => other.request.post(`${path}/restore`));
  await dragDeleted('3');
  await button(page, 'Restore and save').click();
  await expectNotice(page, '“A” moved to Proposal');
  await openBoard(page);
  await expectColumn(page, 'prospecting', ['B'], '20');
  await expectColumn(page, 'proposal', ['A'], '100');
});

test.describe('the page that tells it', () => {
  test.use({ expectedMessages: [/status of 409/] });

  test('comes also when a draft is restored into the form of a record that was deleted meanwhile', async ({ page }) => {
    const person = await register(page);
    const path = await postCompany(page, { name: 'Ánh Dương' });
    await openWithFirstInput(page, `${path}/edit`);
    await fill(page, { Notes: TYPED });
    await openWithFirstInput(page, `${path}/edit`);
    await expectOffered(page);
    await meanwhile(page, person, (other) => postDelete(other, path));
    await restoreButton(page).click();
    const alert = await expectRemoved(page, '“Ánh Dương” is in the bin', person);
    await expect(alert).toContainText(TYPED, { useInnerText: true });
  });

  test('fits every width, and axe finds nothing, light and dark @once', async ({ page }) => {
    const person = await register(page);
    const name = 'Tổng công ty Cổ phần Xuất nhập khẩu Thiết bị Y tế và Vật tư Khoa học Kỹ thuật Miền Trung Tây Nguyên';
    const company = await postCompany(page, { name });
    const deal = await postDeal(page, { name: 'Cung cấp và lắp đặt hệ thống kho lạnh '.repeat(4).trim(), company });
    await page.goto(`${deal}/edit`);
    await formsReady(page);
    await fill(page, { Notes: `${'x'.repeat(400)}\n${TYPED}` });
    await meanwhile(page, person, async (other) => {
      expect((await other.request.post(`${company}/delete`, { form: { version: '1', deals: '1' }, maxRedirects: 0 })).status()).toBe(303);
    });
    await button(page, 'Save changes').click();
    await expect(page.getByRole('alert')).toContainText('Nothing was saved');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of WIDTHS) {
        await resize(page, width);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
    }
  });
});
