// What should not be typed, in every field, in a real browser: it comes back as typed and does nothing. The watched page
// fails these tests at any dialog, exception or breach of the content security policy.

import { postCompany, row } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { button, field, fill, sendUnchecked } from '../support/form.ts';
import { MARKUP, TEXTS } from '../support/payloads.ts';
import { register, newPerson } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

/** What the server keeps of a line of text. */
const kept = (text: string): string => text.normalize('NFC').trim();

test('markup in every field of a company is text wherever it is shown @once', async ({ page }) => {
  test.slow();
  await register(page, newPerson('<script>alert(1)</script>'));
  for (const [i, payload] of MARKUP.entries()) {
    // A tag's name is unique and short.
    const path = await postCompany(page, { name: payload, industry: payload, tax_code: payload.slice(0, 50), address: payload, notes: payload, new_tag: `${i}${payload}`.slice(0, 30) });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(payload, { useInnerText: true });
    await page.goto(`${path}/edit`);
    await expect(field(page, 'Name')).toHaveValue(payload);
    await expect(field(page, 'Address')).toHaveValue(payload);
    await expect(field(page, 'Notes')).toHaveValue(payload);
    await page.goto(`${path}/delete`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Delete ${payload}?`, { useInnerText: true });
  }
  for (const path of ['/companies', '/companies?page=2', `/companies?q=${encodeURIComponent('<script>alert(1)</script>')}`, '/companies/new', '/deals/new']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
});

test('markup in every field of a deal is text wherever it is shown @once', async ({ page }) => {
  test.slow();
  await register(page);
  const company = await postCompany(page, { name: '"><script>alert(1)</script>' });
  for (const payload of MARKUP) {
    const path = await postDeal(page, { name: payload, company, source: payload, notes: payload });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(payload, { useInnerText: true });
    await page.goto(`${path}/edit`);
    await expect(field(page, 'Name')).toHaveValue(payload);
    await expect(field(page, 'Notes')).toHaveValue(payload);
    await page.goto(`${path}/move`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await page.goto('/deals');
  await expect(page.getByRole('main').locator('li[data-id]')).toHaveCount(MARKUP.length);
  await page.goto(`${company}?tab=deals`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a refused form gives markup back as text @once', async ({ page }) => {
  await register(page);
  const labels = ['Industry', 'Tax code', 'Website', 'Phone', 'Email', 'Address', 'Notes', 'New tag'];
  // The name is missing, so nothing is saved. A different one in each field, each of them once.
  for (let first = 0; first < MARKUP.length; first += labels.length) {
    const typed = Object.fromEntries(labels.map((label, i) => [label, MARKUP[(first + i) % MARKUP.length] ?? '']));
    await page.goto('/companies/new');
    await fill(page, typed);
    await sendUnchecked(page, 'Create company');
    await expect(page.getByRole('alert')).toBeVisible();
    for (const label of labels) await expect(field(page, label), label).toHaveValue(typed[label] ?? '');
  }
});

test('text of any language comes back as typed, composed', async ({ page }) => {
  await register(page);
  for (const text of [...TEXTS, 'Nguyễn Thị Hường'.normalize('NFD')]) {
    await page.goto('/companies/new');
    await fill(page, { Name: text, Industry: text, Notes: `${text}\n\n${text}` });
    await button(page, 'Create company').click();
    await expect(page.getByRole('status')).toContainText('was created');
    await page.goto(`${page.url()}/edit`);
    expect(await field(page, 'Name').inputValue()).toBe(kept(text));
    expect(await field(page, 'Industry').inputValue()).toBe(kept(text));
    expect(await field(page, 'Notes').inputValue()).toBe(kept(`${text}\n\n${text}`));
  }
  await page.goto('/companies?q=nguyen+thi+huong');
  await expect(row(page, 'Nguyễn Thị Hường')).toBeVisible();
});

test('ten thousand characters are kept where they fit, and refused with a word where they do not', async ({ page }) => {
  await register(page);
  const long = 'ễ'.repeat(10_000);
  await page.goto('/companies/new');
  await fill(page, { Name: 'Dài', Notes: long });
  await button(page, 'Create company').click();
  await expect(page.getByRole('status')).toContainText('was created');
  await page.goto(`${page.url()}/edit`);
  expect(await field(page, 'Notes').inputValue()).toBe(long);

  await page.goto('/companies/new');
  // Together 240 kB: a session keeps 256.
  const labels = ['Name', 'Industry', 'Tax code', 'Website', 'Phone', 'Email', 'Address'];
  await fill(page, Object.fromEntries([...labels.map((label) => [label, long]), ['Notes', `${long}!`]]));
  await sendUnchecked(page, 'Create company');
  await expect(page.getByRole('alert')).toContainText('8 fields need another look');
  for (const label of labels) expect((await field(page, label).inputValue()) === long, label).toBe(true);
  expect((await field(page, 'Notes').inputValue()) === `${long}!`).toBe(true);
});

test('a form with fields of its own invention is refused', async ({ page }) => {
  await register(page);
  const post = (form: Record<string, string>) => page.request.post('/companies/new', { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect([400, 422]).toContain((await post({ name: 'A', author_id: '00000000-0000-7000-8000-000000000000' })).status());
  expect([400, 422]).toContain((await post({ name: 'A', workspace_id: '1' })).status());
  // The owner is a field, for members only: the form is shown again.
  const refused = await post({ name: 'A', owner_id: '00000000-0000-7000-8000-000000000000' });
  expect([refused.status(), refused.headers()['location']]).toEqual([303, '/companies/new']);
  await page.goto('/companies');
  await expect(page.getByRole('main')).toContainText('No companies yet');
});
