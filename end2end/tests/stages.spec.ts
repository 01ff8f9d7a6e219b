// Settings, stages: added, changed, ordered, removed with their deals moved on; open boards follow.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { openBoard, postDeal } from '../support/deals.ts';
import { button, expectError, field, fill, link, postDelete } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth, resize } from '../support/layout.ts';
import { joined, register } from '../support/people.ts';
import { expect, type Locator, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const SALES = ['Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'];

function rows(page: Page): Locator {
  return page.getByRole('list', { name: 'Stages in order' }).getByRole('listitem');
}

function row(page: Page, name: string): Locator {
  return rows(page).filter({ has: page.getByRole('heading', { name, exact: true }) });
}

async function expectOrder(page: Page, names: string[]): Promise<void> {
  await expect(rows(page).getByRole('heading')).toHaveText(names);
}

/** Adds a stage by its form's own request. */
async function postStage(page: Pick<Page, 'request'>, form: Record<string, string>): Promise<void> {
  const sent = { form: { probability: '40', ...form }, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 };
  const answer = await page.request.post('/settings/stages/new', sent);
  expect(answer.status()).toBe(303);
}

withAndWithoutJavaScript((javaScript) => {
  test('a stage is added, renamed and recoloured, and its slug stays', async ({ page }) => {
    await register(page);
    await link(page.getByRole('complementary', { name: 'Sidebar' }).first(), 'Settings').click();
    await link(page.getByRole('navigation', { name: 'Settings' }), 'Stages').click();
    await expect(page).toHaveURL('/settings/stages');
    await expectOrder(page, SALES);
    await link(page, 'Add stage').click();
    await formsReady(page, javaScript);
    await fill(page, { Name: 'Đàm phán giá', Probability: '85 %', 'Idle after days': '5' });
    await page.getByText('Pink').click();
    await button(page, 'Add stage').click();
    await expectNotice(page, 'Stage Đàm phán giá was added');
    await expectOrder(page, ['Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Đàm phán giá', 'Closed Won', 'Closed Lost']);
    await expect(row(page, 'Đàm phán giá')).toContainText('Open · 85 % · idle after 5 days · No deals');

    await link(page, 'Edit Đàm phán giá').click();
    await formsReady(page, javaScript);
    await expect(page.getByRole('radio', { name: 'Pink' })).toBeChecked();
    await fill(page, { Name: 'Chốt giá', 'Idle after days': '' });
    await page.getByText('Teal').click();
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await expect(row(page, 'Chốt giá')).toContainText('never idle');
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'Xe tải', company, stage: 'dam-phan-gia' });
    await page.goto('/settings/stages');
    await link(row(page, 'Chốt giá'), '1 deal').click();
    await expect(page).toHaveURL('/deals?view=list&stage=dam-phan-gia');
    await expect(page.getByRole('main')).toContainText('Xe tải');
    await page.goto('/settings/stages');
    await link(page, 'Edit Chốt giá').click();
    await expect(page.getByRole('main')).toContainText('Can change once no deal is in this stage; now it has 1 deal.');
  });

  test('wrong input is said at its field, and nothing is lost', async ({ page }) => {
    await register(page);
    await page.goto('/settings/stages/new');
    await formsReady(page, javaScript);
    await fill(page, { Name: 'PROPOSAL', Probability: '101', 'Idle after days': 'often' });
    await button(page, 'Add stage').click();
    await expectError(page, 'Probability', /^Write a percentage from 0 to 100/);
    await expectError(page, 'Idle after days', /from 1 to 365/);
    await expect(field(page, 'Name')).toHaveValue('PROPOSAL');
    await fill(page, { Probability: '60', 'Idle after days': '9' });
    await button(page, 'Add stage').click();
    await expectError(page, 'Name', 'A stage of this name exists already');
    // What a closed stage doesn't have is not asked for.
    await fill(page, { Name: 'Handed over' });
    await page.getByLabel('Means').selectOption('won');
    await expect(field(page, 'Probability')).toBeHidden();
    await button(page, 'Add stage').click();
    await expectNotice(page, 'Stage Handed over was added');
    await expect(row(page, 'Handed over')).toContainText('Won · 100 %');
  });

  test('stages move by their buttons, and the focus stays on the pressed one', async ({ page }) => {
    await register(page);
    await page.goto('/settings/stages');
    await button(page, 'Move up: Proposal').focus();
    await page.keyboard.press('Enter');
    await expectNotice(page, 'Proposal is stage 2 now');
    await expectOrder(page, ['Prospecting', 'Proposal', 'Qualification', 'Negotiation', 'Closed Won', 'Closed Lost']);
    await expect(button(page, 'Move up: Proposal')).toBeFocused();
    await page.keyboard.press('Enter');
    await expectNotice(page, 'Proposal is stage 1 now');
    await expect(button(page, 'Move up: Proposal')).toHaveCount(0);
    await expect(button(page, 'Move down: Proposal')).toBeFocused();
    await page.keyboard.press('Enter');
    await expectOrder(page, ['Prospecting', 'Proposal', 'Qualification', 'Negotiation', 'Closed Won', 'Closed Lost']);
    await page.goto('/deals/new');
    await expect(page.getByLabel('Stage').locator('option')).toHaveText(['Prospecting', 'Proposal', 'Qualification', 'Negotiation', 'Closed Won', 'Closed Lost']);
  });

  test('removing asks where the deals go, those in the bin too, and why they are lost', async ({ page }) => {
    await register(page);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'Xe tải', company, stage: 'proposal' });
    const binned = await postDeal(page, { name: 'Máy xúc', company, stage: 'proposal' });
    await postDelete(page, binned);
    await page.goto('/settings/stages');
    await expect(row(page, 'Proposal')).toContainText('1 deal, 1 in the bin');
    await link(page, 'Remove Proposal').click();
    await formsReady(page, javaScript);
    await expect(page.getByRole('main')).toContainText('1 deal and 1 deal in the bin move to the bottom of another stage');
    await button(page, 'Remove stage').click();
    await expectError(page, 'Move its deals to', 'Choose where its deals go');
    await page.getByLabel('Move its deals to').selectOption('Closed Lost');
    await button(page, 'Remove stage').click();
    await expectError(page, 'Reason they were lost', /^Say why it was lost/);
    await fill(page, { 'Reason they were lost': 'Giá cao' });
    await button(page, 'Remove stage').click();
    await expectNotice(page, 'Stage Proposal was removed: 1 deal moved to Closed Lost');
    await expect(row(page, 'Proposal')).toHaveCount(0);
    await page.goto('/deals?view=list&stage=closed-lost');
    await expect(page.getByRole('main')).toContainText('Xe tải');
    const restored = await page.request.post(`${binned}/restore`, { headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
    expect(restored.status()).toBe(303);
    await page.goto(binned);
    await expect(page.getByRole('list', { name: 'Stage' }).locator('[aria-current=step]')).toHaveText('Closed Lost');
    // A filter by it says so, and shows nothing.
    await page.goto('/deals?view=list&stage=proposal');
    await expect(page.getByRole('main')).toContainText('A stage');
    await expect(page.getByRole('main')).not.toContainText('Xe tải');
  });

  test('one open, one won and one lost stage stay', async ({ page }) => {
    await register(page);
    await page.goto('/settings/stages');
    await expect(row(page, 'Closed Won')).toContainText('the last won stage, so it stays');
    await expect(link(page, 'Remove Closed Won')).toHaveCount(0);
    await link(page, 'Edit Closed Won').click();
    await expect(page.getByLabel('Means').locator('option')).toHaveCount(1);
    const path = new URL(page.url()).pathname.replace('/edit', '/remove');
    await page.goto(path);
    await expect(page.getByRole('main')).toContainText('Add another one first');
    await expect(button(page, 'Remove stage')).toHaveCount(0);
  });

  test('sources and lost reasons are lists of the workspace, and anything else can be typed', async ({ page }) => {
    await register(page);
    await link(page.getByRole('complementary', { name: 'Sidebar' }).first(), 'Settings').click();
    await link(page.getByRole('navigation', { name: 'Settings' }), 'Deal lists').click();
    await formsReady(page, javaScript);
    await expect(field(page, 'Sources')).toHaveValue(/Referral/);
    await fill(page, { Sources: 'Hội chợ\n\nGiới thiệu\nHOI CHO', 'Lost reasons': 'x'.repeat(501) });
    await button(page, 'Save changes').click();
    await expectError(page, 'Lost reasons', /^Line 1: /);
    await fill(page, { 'Lost reasons': 'Giá cao' });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await expect(field(page, 'Sources')).toHaveValue('Hội chợ\nGiới thiệu');
    const company = await postCompany(page, { name: 'Ánh Dương' });
    const deal = await postDeal(page, { name: 'Xe tải', company, source: 'Báo chí' });
    await page.goto(`${deal}/edit`);
    await formsReady(page, javaScript);
    await expect(field(page, 'Source')).toHaveValue('Báo chí');
    await expect(page.locator('#sources option')).toHaveCount(2);
    await expect(page.locator('#lost-reasons option')).toHaveAttribute('value', 'Giá cao');
    await page.goto(`${deal}/move?stage=closed-lost`);
    await expect(page.locator('#lost-reasons option')).toHaveCount(1);
    await expect(field(page, 'Reason it was lost')).toHaveAttribute('list', 'lost-reasons');
  });

  test('a workspace without deals begins with other stages, and a new one chooses', async ({ page }) => {
    await register(page);
    await page.goto('/settings/stages');
    await formsReady(page, javaScript);
    await page.getByText('Leads that come in').click();
    await button(page, 'Replace stages').click();
    await expectNotice(page, 'The stages were replaced');
    await expectOrder(page, ['New', 'Qualified', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost']);
    await page.goto('/workspaces/new');
    await expect(page.getByRole('radio', { name: /Sales you look for/ })).toBeChecked();
    await fill(page.getByRole('main'), { Name: 'Second' });
    await page.getByText('Leads that come in').click();
    await button(page, 'Create workspace').click();
    await expectNotice(page, 'You are in Second now');
    await page.goto('/settings/stages');
    await expectOrder(page, ['New', 'Qualified', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost']);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await postDeal(page, { name: 'Xe tải', company, stage: 'new' });
    await page.goto('/settings/stages');
    await expect(button(page, 'Replace stages')).toHaveCount(0);
  });
});

test('a stage is dragged to its place', async ({ page }) => {
  await register(page);
  await page.goto('/settings/stages');
  await formsReady(page, true);
  await row(page, 'Negotiation').getByRole('heading').dragTo(row(page, 'Qualification').getByRole('heading'));
  await expectNotice(page, 'Negotiation is stage 2 now');
  await expectOrder(page, ['Prospecting', 'Negotiation', 'Qualification', 'Proposal', 'Closed Won', 'Closed Lost']);
  await row(page, 'Prospecting').getByRole('heading').dragTo(row(page, 'Closed Lost').getByRole('heading'));
  await expectNotice(page, 'Prospecting is stage 6 now');
});

test('an open board follows every change of its stages', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await postDeal(page, { name: 'Xe tải', company, stage: 'proposal' });
  await openBoard(page);
  const board = page.locator('#board');
  const heads = board.getByRole('heading', { level: 2 });
  await postStage(page, { name: 'Demo' });
  await expect(heads).toHaveText(['Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Demo', 'Closed Won', 'Closed Lost']);
  const list = await (await page.request.get('/settings/stages')).text();
  const id = /([0-9a-f-]{36})\/edit" aria-label="Edit Demo"/.exec(list)?.[1] ?? '';
  const post = async (path: string, form: Record<string, string>): Promise<void> => {
    const answer = await page.request.post(`/settings/stages/${id}/${path}`, { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
  };
  await post('edit', { name: 'Trial', probability: '40', color: 'pink', version: '1' });
  await expect(heads).toHaveText(['Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Trial', 'Closed Won', 'Closed Lost']);
  await expect(page.getByRole('region', { name: 'Trial' }).locator('.dot')).toHaveClass(/bg-stage-pink/);
  await expect(page.locator('#move-menu')).toContainText('Trial');
  await post('move', { to: 'up' });
  await expect(heads).toHaveText(['Prospecting', 'Qualification', 'Proposal', 'Trial', 'Negotiation', 'Closed Won', 'Closed Lost']);
  await post('remove', { to: '', version: '2' });
  await expect(heads).toHaveText(SALES);
});

test('members see no settings of stages', async ({ page }) => {
  await register(page);
  const { other } = await joined(page, 'member');
  expect(await (await other.get('/settings/profile')).text()).not.toContain('/settings/stages');
  expect((await other.get('/settings/stages')).status()).toBe(403);
});

test('the pages of stages are accessible and fit every width, light and dark', async ({ page }) => {
  await register(page);
  const company = await postCompany(page, { name: 'Ánh Dương' });
  await postStage(page, { name: 'Thẩm định năng lực và lịch sử công nợ khách hàng', color: 'teal' });
  await postDeal(page, { name: 'Xe tải', company, stage: 'proposal' });
  await page.goto('/settings/stages');
  const paths = ['/settings/stages', '/settings/stages/new', '/settings/deal-lists'];
  for (const name of ['Edit Proposal', 'Remove Proposal']) paths.push((await link(page, name).getAttribute('href'))!);
  for (const path of paths) {
    await page.goto(path);
    await forEachThemeAndWidth(page, async () => {
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    });
  }
  await resize(page, 360);
  await page.goto('/settings/stages');
  await expect(button(page, 'Move up: Proposal')).toBeInViewport();
});
