// Every form of the product once each way: in place by a script, and as the browser sends it by itself. A form that comes new
// needs a row here.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { idOf } from '../support/activities.ts';
import { expectNotice } from '../support/companies.ts';
import { pick, postContact } from '../support/contacts.ts';
import { button, field, fill, link, openForm, postDelete, sendUnchecked } from '../support/form.ts';
import { formsReady } from '../support/islands.ts';
import { fillRegistration, fillSignIn, invite, joined, makePlatformAdmin, meanwhile, type Person, registerElsewhere, signOut, newPerson } from '../support/people.ts';
import type { MailServer } from '../support/mail.ts';
import type { Server } from '../support/server.ts';
import { dayFromToday, postTask } from '../support/tasks.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

test.use({ sendsMail: true });

/** What a row works with; each makes what the later ones change. */
interface World {
  page: Page;
  javaScript: boolean;
  person: Person;
  mail: MailServer;
  server: Server;
  company: string;
  contact: string;
  deal: string;
  activity: string;
  task: string;
  /** The address of the owner of a workspace that a platform admin made. */
  owner: string;
}

interface Row {
  /** The path that the form is posted to. */
  form: string;
  /** The path of its function, which a script calls instead; none for a form that is always sent by the browser itself. */
  script?: string;
  /** Opens it, fills it in, and does all but send it. */
  open(world: World): Promise<void>;
  /** Sends it. */
  send(world: World): Promise<void>;
  /** It is done. */
  done(world: World): Promise<void>;
}

/** Opens a page whose forms are ready to be sent. */
async function at({ page, javaScript }: World, path: string): Promise<void> {
  await page.goto(path);
  await formsReady(page, javaScript);
}

/** Opens the form that a page's link leads to: over the page with a script. */
async function over(world: World, path: string, name: string, verb: string): Promise<void> {
  await at(world, path);
  await openForm(world.page.getByRole('main'), name, verb);
  await expect(world.page.getByRole('dialog')).toHaveCount(world.javaScript ? 1 : 0);
}

const press = (name: string) => ({ page }: World): Promise<void> => button(page, name).click();
const says = (text: string | RegExp) => ({ page }: World): Promise<void> => expectNotice(page, text);
const main = ({ page }: World) => page.getByRole('main');
const undo = ({ page }: World): Promise<void> => button(page.getByRole('status'), 'Undo').click();
/** A deletion leaves the button that undoes it in the status region: the next row presses that. */
const nothing = (): Promise<void> => Promise.resolve();

/** The path of a tag in the settings; the page is their list afterwards. */
async function tagPath(world: World, verb: 'edit' | 'merge' | 'delete', name: string): Promise<string> {
  await world.page.goto('/settings/tags');
  return (await link(world.page, `${verb[0]!.toUpperCase()}${verb.slice(1)} ${name}`).getAttribute('href')) ?? '';
}

/** The address of a link in the settings of stages. */
async function stagePath(world: World, name: string): Promise<string> {
  await world.page.goto('/settings/stages');
  return (await link(world.page, name).getAttribute('href')) ?? '';
}

/** Opens the list of companies with one of its views. */
async function atView(world: World, name: string): Promise<void> {
  await at(world, '/companies?view_id=all');
  // Who sees it follows, for screen readers.
  await world.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: new RegExp(`^${name}`) }).click();
  await expect(world.page).toHaveURL(/status=active/);
}

/** Opens the page about the owner of the workspace that a row made. */
async function atOwner(world: World): Promise<void> {
  await at(world, `/admin/users?q=${world.owner}`);
  await link(world.page, 'Lê Thị Hoa').click();
}

/** In the order in which they are sent. */
const ROWS: Row[] = [
  {
    form: '/register',
    async open(world) {
      await world.page.goto('/register');
      await fillRegistration(world.page, world.person);
    },
    send: press('Create account'),
    done: ({ page }) => expect(page).toHaveURL('/'),
  },
  {
    form: '/settings/stages',
    script: '/fn/stages/replace',
    // Before there are deals, by those that it has.
    open: (world) => at(world, '/settings/stages'),
    send: press('Replace stages'),
    done: says('The stages were replaced'),
  },
  {
    form: '/companies/new',
    script: '/fn/companies/create',
    async open(world) {
      await over(world, '/companies', 'New company', 'Create company');
      await fill(world.page.locator('form#company'), { Name: 'Ánh Dương', 'New tag': 'Khách quen' });
    },
    send: press('Create company'),
    async done(world) {
      await expectNotice(world.page, 'Ánh Dương was created');
      world.company = new URL(world.page.url()).pathname;
    },
  },
  {
    form: '/companies/{id}/edit',
    script: '/fn/companies/update',
    async open(world) {
      await over(world, world.company, 'Edit', 'Save changes');
      await fill(world.page.locator('form#company'), { Industry: 'Thép' });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(main(world)).toContainText('Thép');
    },
  },
  {
    form: '/contacts/new',
    script: '/fn/contacts/create',
    async open(world) {
      await over(world, '/contacts', 'New contact', 'Create contact');
      const form = world.page.locator('form#contact');
      await fill(form, { Name: 'Trần Thị Đào' });
      await pick(form, 'Company', 'anh', 'Ánh Dương', world.javaScript);
    },
    send: press('Create contact'),
    async done(world) {
      await expectNotice(world.page, 'Trần Thị Đào was created');
      world.contact = new URL(world.page.url()).pathname;
    },
  },
  {
    form: '/contacts/{id}/edit',
    script: '/fn/contacts/update',
    async open(world) {
      await over(world, world.contact, 'Edit', 'Save changes');
      await fill(world.page.locator('form#contact'), { Role: 'Kế toán' });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(main(world)).toContainText('Kế toán');
    },
  },
  {
    form: '/deals/new',
    script: '/fn/deals/create',
    async open(world) {
      await at(world, `/deals/new?company_id=${idOf(world.company)}`);
      await fill(world.page, { Name: 'Xe tải', Value: '1,5 tỷ' });
    },
    send: press('Create deal'),
    async done(world) {
      await expectNotice(world.page, 'Xe tải was created');
      world.deal = new URL(world.page.url()).pathname;
    },
  },
  {
    form: '/deals/{id}/edit',
    script: '/fn/deals/update',
    async open(world) {
      await at(world, `${world.deal}/edit`);
      await fill(world.page, { Source: 'Triển lãm' });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(main(world)).toContainText('Triển lãm');
    },
  },
  {
    form: '/deals/{id}/move',
    script: '/fn/deals/move',
    open: (world) => at(world, world.deal),
    // The stepper of the deal's page; "Move" has the same form with more fields.
    send: press('Move to Proposal'),
    async done(world) {
      await expectNotice(world.page, '“Xe tải” moved to Proposal');
      await expect(world.page.getByRole('list', { name: 'Stage' }).locator('[aria-current=step]')).toHaveText('Proposal');
    },
  },
  {
    form: '/bulk-changes',
    script: '/fn/bulk-changes/begin',
    async open(world) {
      await at(world, '/deals?view=list&select=page');
      await world.page.locator('.bulk-bar summary', { hasText: 'Stage' }).click();
    },
    send: ({ page }) => button(page.locator('.bulk-bar'), 'Negotiation').click(),
    async done(world) {
      await expectNotice(world.page, '1 deal changed');
      await expect(world.page.getByRole('row').filter({ hasText: 'Xe tải' })).toContainText('Negotiation');
    },
  },
  {
    form: '/bulk-changes/{id}/undo',
    open: nothing,
    send: undo,
    async done(world) {
      await expectNotice(world.page, '1 deal put back');
      await expect(world.page.getByRole('heading', { level: 1 })).toHaveText('Undo of “Stage: Negotiation”');
    },
  },
  {
    form: '/activities/new',
    script: '/fn/activities/create',
    async open(world) {
      await at(world, `/activities/new?deal_id=${idOf(world.deal)}`);
      await fill(world.page, { Subject: 'Báo giá' });
    },
    send: press('Log activity'),
    async done(world) {
      await expectNotice(world.page, 'Call logged');
      world.activity = new URL(world.page.url()).pathname;
    },
  },
  {
    form: '/activities/quick',
    script: '/fn/activities/quick-log',
    async open(world) {
      // Without a script the link that opens it leads to the whole form; its own page works all the same.
      await at(world, world.javaScript ? world.company : `/activities/quick?company_id=${idOf(world.company)}`);
      if (world.javaScript) await link(main(world), 'Log activity').first().click();
      await field(world.page.locator('form#quick-log'), 'Subject').fill('Gọi lại');
    },
    send: ({ page }) => button(page.locator('form#quick-log'), 'Log activity').click(),
    done: says('Call logged'),
  },
  {
    form: '/activities/{id}/edit',
    script: '/fn/activities/update',
    async open(world) {
      await over(world, world.activity, 'Edit', 'Save changes');
      await fill(world.page.locator('form#activity'), { Outcome: 'Đồng ý' });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(main(world)).toContainText('Đồng ý');
    },
  },
  {
    form: '/activities/{id}/notes',
    script: '/fn/activities/add-note',
    async open(world) {
      await at(world, world.activity);
      await fill(world.page, { 'Add a note': 'Đã gửi' });
    },
    send: press('Add note'),
    async done(world) {
      await expectNotice(world.page, 'Note added');
      await expect(world.page.locator('#notes').getByRole('listitem')).toContainText('Đã gửi');
    },
  },
  {
    form: '/activities/{id}/delete',
    script: '/fn/activities/delete',
    open: (world) => at(world, `${world.activity}/delete`),
    send: press('Delete activity'),
    done: says('Activity deleted'),
  },
  { form: '/activities/{id}/restore', open: nothing, send: undo, done: says('Activity restored') },
  {
    form: '/tasks/new',
    script: '/fn/tasks/create',
    async open(world) {
      await at(world, `/tasks/new?deal_id=${idOf(world.deal)}`);
      await fill(world.page, { Task: 'Gửi báo giá', 'Due day': dayFromToday(0) });
    },
    send: press('Add task'),
    async done(world) {
      await expectNotice(world.page, 'Task added');
      // A notice of a new record has a link to it.
      world.task = (await link(world.page.getByRole('status'), 'Open').getAttribute('href').catch(() => null)) ?? new URL(world.page.url()).pathname;
    },
  },
  {
    form: '/today/snooze',
    script: '/fn/today/snooze',
    async open(world) {
      await at(world, '/today');
      await main(world).locator('.next-actions summary').first().click();
    },
    send: press('Put off by 3 days'),
    done: says(/Put off until/),
  },
  { form: '/today/undo-snooze', open: nothing, send: undo, done: says('Shown again') },
  {
    form: '/today/dismiss',
    script: '/fn/today/dismiss',
    async open(world) {
      await at(world, '/today');
      const row = main(world).locator('.next-actions > li').first();
      await row.locator('summary').click();
      await link(row, 'Dismiss…').click();
      await fill(world.page, { 'Reason': 'Chờ khách' });
    },
    send: press('Dismiss'),
    done: says('Dismissed'),
  },
  { form: '/today/undo-dismiss', open: nothing, send: undo, done: says('Shown again') },
  {
    form: '/settings/next-actions',
    script: '/fn/settings/next-actions',
    open: (world) => at(world, '/settings/next-actions'),
    send: press('Switch off: Idle'),
    done: says('Idle is switched off'),
  },
  {
    form: '/tasks/{id}/edit',
    script: '/fn/tasks/update',
    async open(world) {
      await over(world, world.task, 'Edit', 'Save changes');
      await fill(world.page.locator('form#task'), { Notes: 'Hai phương án' });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(main(world)).toContainText('Hai phương án');
    },
  },
  {
    form: '/tasks/{id}/snooze',
    script: '/fn/tasks/snooze',
    async open(world) {
      await at(world, world.task);
      await main(world).locator('summary', { hasText: 'Put off' }).click();
    },
    send: press('By 3 days'),
    done: says('Put off: in 3 days'),
  },
  { form: '/tasks/{id}/undo-snooze', open: nothing, send: undo, done: says('Due as before') },
  {
    form: '/tasks/{id}/done',
    script: '/fn/tasks/done',
    open: (world) => at(world, world.task),
    send: press('Done'),
    done: says('Done: Gửi báo giá'),
  },
  {
    form: '/tasks/{id}/reopen',
    script: '/fn/tasks/reopen',
    open: (world) => at(world, world.task),
    send: press('Reopen'),
    done: says('Open again: Gửi báo giá'),
  },
  {
    form: '/tasks/{id}/cancel',
    script: '/fn/tasks/cancel',
    async open(world) {
      await at(world, world.task);
      await main(world).locator('summary[aria-label="More"]').click();
    },
    send: press('Cancel task'),
    done: says('Canceled: Gửi báo giá'),
  },
  {
    form: '/tasks/{id}/delete',
    script: '/fn/tasks/delete',
    open: (world) => at(world, `${world.task}/delete`),
    send: press('Delete task'),
    done: says('Gửi báo giá was deleted'),
  },
  { form: '/tasks/{id}/restore', open: nothing, send: undo, done: says('Gửi báo giá is back') },
  {
    form: '/tasks/{id}/stop-repeating',
    script: '/fn/tasks/stop-repeating',
    async open(world) {
      world.task = await postTask(world.page, { title: 'Gọi mỗi tuần', due_on: dayFromToday(0), repeat: 'weeks' });
      await at(world, world.task);
      await main(world).locator('summary[aria-label="More"]').click();
    },
    send: press('Stop repeating'),
    done: says('Doesn’t repeat any more: Gọi mỗi tuần'),
  },
  { form: '/tasks/{id}/repeat-again', open: nothing, send: undo, done: says('Repeats again: Gọi mỗi tuần') },
  {
    form: '/tasks/{id}/delete-later',
    script: '/fn/tasks/delete-later',
    open: (world) => at(world, `${world.task}/delete-later`),
    send: press('Delete this and later ones'),
    done: says('Gọi mỗi tuần was deleted and doesn’t repeat any more'),
  },
  {
    form: '/deals/{id}/delete',
    script: '/fn/deals/delete',
    open: (world) => at(world, `${world.deal}/delete`),
    send: press('Delete deal'),
    done: says('Xe tải was deleted'),
  },
  { form: '/deals/{id}/restore', open: nothing, send: undo, done: says('Xe tải is back') },
  {
    form: '/contacts/{id}/delete',
    script: '/fn/contacts/delete',
    open: (world) => at(world, `${world.contact}/delete`),
    send: press('Delete contact'),
    done: says('Trần Thị Đào was deleted'),
  },
  { form: '/contacts/{id}/restore', open: nothing, send: undo, done: says('Trần Thị Đào is back') },
  {
    form: '/companies/{id}/archive',
    script: '/fn/companies/archive',
    async open(world) {
      await at(world, `${world.company}/archive`);
      await fill(world.page, { Reason: 'Giải thể' });
    },
    send: press('Archive company'),
    done: says('Ánh Dương was archived'),
  },
  { form: '/companies/{id}/bring-back', open: nothing, send: undo, done: says('Ánh Dương is back') },
  {
    form: '/contacts/{id}/erase',
    async open(world) {
      await at(world, `${world.contact}/erase`);
      await fill(world.page, { 'Name of the contact': 'Trần Thị Đào' });
    },
    send: press('Erase personal data'),
    done: says('The personal data of this contact is erased'),
  },
  {
    form: '/companies/{id}/delete',
    script: '/fn/companies/delete',
    open: (world) => at(world, `${world.company}/delete`),
    send: press('Delete company'),
    done: says('Ánh Dương was deleted'),
  },
  { form: '/companies/{id}/restore', open: nothing, send: undo, done: says('Ánh Dương is back') },
  {
    form: '/settings/bin/{id}/delete',
    script: '/fn/bin/delete-for-ever',
    async open(world) {
      const contact = await postContact(world.page, { name: 'Đỗ Thị Hạnh' });
      await postDelete(world.page, contact);
      await at(world, `/settings/bin/${idOf(contact)}/delete`);
    },
    send: press('Delete for ever'),
    done: says('Đỗ Thị Hạnh was deleted for ever'),
  },
  {
    form: '/settings/bin/empty',
    script: '/fn/bin/empty',
    async open(world) {
      await postDelete(world.page, await postContact(world.page, { name: 'Đỗ Thị Hạnh' }));
      await at(world, '/settings/bin/empty?kind=contact');
    },
    send: press('Delete for ever'),
    done: says('1 record was deleted for ever'),
  },
  {
    form: '/settings/deal-lists',
    script: '/fn/workspace/update-deal-lists',
    async open(world) {
      await at(world, '/settings/deal-lists');
      await fill(world.page, { Sources: 'Hội chợ\nGiới thiệu' });
    },
    send: press('Save changes'),
    done: says('Changes saved'),
  },
  {
    form: '/settings/stages/new',
    script: '/fn/stages/create',
    async open(world) {
      await at(world, '/settings/stages/new');
      await fill(world.page, { Name: 'Dùng thử', Probability: '40' });
    },
    send: press('Add stage'),
    done: says('Stage Dùng thử was added'),
  },
  {
    form: '/settings/stages/{id}/edit',
    script: '/fn/stages/update',
    async open(world) {
      await at(world, await stagePath(world, 'Edit Dùng thử'));
      await fill(world.page, { Name: 'Thẩm định' });
    },
    send: press('Save changes'),
    done: says('Changes saved'),
  },
  {
    form: '/settings/stages/{id}/move',
    open: (world) => at(world, '/settings/stages'),
    send: press('Move up: Thẩm định'),
    done: says('Thẩm định is stage 4 now'),
  },
  {
    form: '/settings/stages/{id}/remove',
    script: '/fn/stages/remove',
    open: async (world) => at(world, await stagePath(world, 'Remove Thẩm định')),
    send: press('Remove stage'),
    done: says('Stage Thẩm định was removed'),
  },
  {
    form: '/settings/tags/new',
    script: '/fn/tags/create',
    async open(world) {
      await at(world, '/settings/tags/new');
      await fill(world.page, { Name: 'VIP' });
    },
    send: press('Create tag'),
    done: says('Tag VIP was created'),
  },
  {
    form: '/settings/tags/{id}/edit',
    script: '/fn/tags/update',
    async open(world) {
      await at(world, await tagPath(world, 'edit', 'VIP'));
      await fill(world.page, { Name: 'Khách VIP' });
    },
    send: press('Save changes'),
    done: says('Changes saved'),
  },
  {
    form: '/settings/tags/{id}/merge',
    script: '/fn/tags/merge',
    async open(world) {
      await at(world, await tagPath(world, 'merge', 'Khách quen'));
      await fill(world.page, { 'Merge into': 'Khách VIP' });
    },
    send: press('Merge tags'),
    done: says('Khách quen was merged into Khách VIP'),
  },
  {
    form: '/settings/tags/{id}/delete',
    script: '/fn/tags/delete',
    open: async (world) => at(world, await tagPath(world, 'delete', 'Khách VIP')),
    send: press('Delete tag'),
    done: says('Tag Khách VIP was deleted'),
  },
  {
    form: '/views/new',
    script: '/fn/views/create',
    async open(world) {
      await at(world, '/views/new?list=companies&state=status%3Dactive');
      await fill(world.page, { Name: 'Khách quen' });
    },
    send: press('Save view'),
    done: says('View Khách quen was saved'),
  },
  {
    form: '/views/{id}/save',
    script: '/fn/views/save',
    async open(world) {
      await atView(world, 'Khách quen');
      await at(world, `${new URL(world.page.url()).pathname}${new URL(world.page.url()).search}&sort=-name`);
    },
    send: press('Save view'),
    done: says('View Khách quen was saved'),
  },
  {
    form: '/views/default',
    script: '/fn/views/default',
    open: (world) => atView(world, 'Khách quen'),
    send: press('Open with this'),
    done: says('The list opens with this view from now on'),
  },
  {
    form: '/views/{id}/edit',
    script: '/fn/views/update',
    async open(world) {
      await atView(world, 'Khách quen');
      await link(main(world), 'Edit view').click();
      await fill(world.page, { Name: 'Khách lâu năm' });
    },
    send: press('Save changes'),
    done: says('Changes saved'),
  },
  {
    form: '/views/{id}/delete',
    script: '/fn/views/delete',
    async open(world) {
      await atView(world, 'Khách lâu năm');
      await link(main(world), 'Edit view').click();
      await link(main(world), 'Delete view').click();
    },
    send: press('Delete view'),
    done: says('View Khách lâu năm was deleted'),
  },
  {
    form: '/settings/workspace',
    script: '/fn/workspace/set-switches',
    async open(world) {
      await at(world, '/settings/workspace');
      await world.page.getByLabel('Only owners edit their records').check();
    },
    send: press('Save settings'),
    async done(world) {
      await expectNotice(world.page, 'Settings saved');
      await expect(world.page.getByLabel('Only owners edit their records')).toBeChecked();
    },
  },
  {
    form: '/settings/workspace/edit',
    async open(world) {
      await at(world, '/settings/workspace');
      await link(world.page, 'Edit').click();
      await formsReady(world.page, world.javaScript);
      await fill(world.page, { Name: 'Ánh Dương' });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(main(world)).toContainText('Ánh Dương');
    },
  },
  {
    form: '/first-steps',
    script: '/fn/workspace/set-first-steps',
    open: (world) => at(world, '/settings/workspace'),
    send: press('Dismiss first steps'),
    done: says(/^First steps dismissed/),
  },
  {
    form: '/settings/workspace/demo-data',
    script: '/fn/workspace/fill-with-demo-data',
    async open(world) {
      await at(world, '/settings/workspace/demo-data');
      await field(world.page, 'Language').selectOption('en');
    },
    send: press('Fill with demo data'),
    done: says(/^Demo data was filled in/),
  },
  {
    form: '/settings/workspace/demo-data/remove',
    script: '/fn/workspace/remove-demo-data',
    open: (world) => at(world, '/settings/workspace/demo-data/remove'),
    send: press('Remove demo data'),
    done: says(/^Demo data was removed/),
  },
  {
    form: '/exports',
    open: (world) => at(world, '/companies/export'),
    async send({ page }) {
      const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Export').click()]);
      expect(await file.failure()).toBeNull();
    },
    async done(world) {
      await at(world, '/audit?kind=export');
      await expect(main(world)).toContainText('1 entry');
    },
  },
  {
    form: '/audit/export',
    open: (world) => at(world, '/audit'),
    async send({ page }) {
      const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Export CSV').click()]);
      expect(await file.failure()).toBeNull();
    },
    async done(world) {
      await at(world, '/audit?action=export&kind=audit+log');
      await expect(main(world)).toContainText('1 entry');
    },
  },
  {
    form: '/settings/profile',
    async open(world) {
      await at(world, '/settings/profile');
      world.person.name = 'Phạm Hưng';
      await fill(world.page, { Name: world.person.name });
    },
    send: press('Save changes'),
    async done(world) {
      await expectNotice(world.page, 'Changes saved');
      await expect(button(world.page, `Account of ${world.person.name}`)).toBeVisible();
    },
  },
  {
    form: '/settings/preferences',
    async open(world) {
      await at(world, '/settings/preferences');
      await fill(world.page, { 'CSV separator': 'Semicolon' });
    },
    send: press('Save preferences'),
    async done(world) {
      await expectNotice(world.page, 'Preferences saved');
      await expect(field(world.page, 'CSV separator')).toHaveValue('semicolon');
    },
  },
  {
    form: '/settings/sidebar',
    open: (world) => at(world, '/settings/preferences'),
    send: press('Collapse sidebar'),
    done: ({ page }) => expect(button(page, 'Expand sidebar')).toBeVisible(),
  },
  {
    form: '/settings/password',
    script: '/fn/account/change-password',
    async open(world) {
      await at(world, '/settings/password');
      const password = 'bánh mì chấm sữa';
      await fill(world.page, { 'Current password': world.person.password, 'New password': password, 'New password again': password });
      world.person.password = password;
    },
    send: press('Change password'),
    done: says(/^Your password was changed/),
  },
  {
    form: '/settings/email/send-link',
    script: '/fn/account/send-confirmation',
    open: (world) => at(world, '/settings/email'),
    send: press('Send the link again'),
    done: says('A link was sent to your address'),
  },
  {
    form: '/confirm-email',
    async open({ page, mail, person }) {
      await page.goto(await mail.link(person.email, 'Confirm your address', 2));
    },
    send: press('Confirm address'),
    done: says('Your address is confirmed'),
  },
  {
    form: '/settings/email',
    script: '/fn/account/change-email',
    async open(world) {
      await at(world, '/settings/email');
      await fill(world.page, { 'New address': newPerson().email, 'Current password': world.person.password });
    },
    send: press('Change address'),
    done: says('A link was sent to the new address. Open it to confirm'),
  },
  {
    form: '/settings/sessions/{id}/end',
    script: '/fn/account/end-session',
    async open(world) {
      await meanwhile(world.page, world.person, () => Promise.resolve());
      await at(world, '/settings/sessions');
    },
    send: ({ page }) => page.getByRole('button', { name: /^End session of / }).click(),
    done: says('That browser is signed out'),
  },
  {
    form: '/settings/sessions/end-others',
    script: '/fn/account/end-other-sessions',
    async open(world) {
      await meanwhile(world.page, world.person, () => Promise.resolve());
      await at(world, '/settings/sessions');
      await link(world.page, 'Sign out all others').click();
      await formsReady(world.page, world.javaScript);
    },
    send: press('Sign out the others'),
    done: says('Signed out: 1 other browser'),
  },
  {
    form: '/settings/members/invite',
    async open(world) {
      await at(world, '/settings/members');
      await link(world.page, 'Invite').click();
      await fill(world.page, { Email: 'lan@example.org' });
    },
    send: press('Send invitation'),
    done: ({ page }) => expect(page.getByRole('heading', { name: 'Invitation for lan@example.org' })).toBeVisible(),
  },
  {
    form: '/settings/members/invitations/{id}/resend',
    open: (world) => at(world, '/settings/members'),
    send: press('Send again: lan@example.org'),
    done: ({ page }) => expect(field(page, 'Link to copy')).toHaveValue(/\/invitation\?token=/),
  },
  {
    form: '/settings/members/invitations/{id}/revoke',
    open: (world) => at(world, '/settings/members'),
    send: press('Revoke: lan@example.org'),
    done: says('Invitation revoked'),
  },
  {
    form: '/settings/members/{id}/edit',
    async open(world) {
      await joined(world.page, 'viewer');
      await at(world, '/settings/members');
      await link(world.page, 'Change role: Nguyễn Thị Lan').click();
      await world.page.getByLabel('Member', { exact: true }).check();
    },
    send: press('Save role'),
    done: says('Role saved'),
  },
  {
    form: '/settings/members/{id}/remove',
    async open(world) {
      await at(world, '/settings/members');
      await link(world.page, 'Remove: Nguyễn Thị Lan').click();
    },
    send: press('Remove member'),
    done: says('Member removed'),
  },
  {
    form: '/workspaces/new',
    async open(world) {
      await at(world, '/workspaces/new');
      await fill(world.page, { Name: 'Kho Bình Dương' });
    },
    send: press('Create workspace'),
    done: says('You are in Kho Bình Dương now'),
  },
  {
    form: '/settings/workspace/end',
    async open(world) {
      await at(world, '/settings/workspace');
      await link(world.page, 'End workspace').click();
      await fill(world.page, { 'Name of the workspace': 'Kho Bình Dương' });
    },
    send: press('End workspace'),
    done: says(/^Kho Bình Dương has ended/),
  },
  {
    form: '/workspaces/{id}/take-back',
    open: nothing,
    send: press('Take back Kho Bình Dương'),
    done: says('The workspace goes on'),
  },
  {
    form: '/invitation',
    async open(world) {
      const other = await registerElsewhere(world.page);
      // One button, without a script.
      await world.page.goto(await invite(other, world.person.email, 'member'));
    },
    send: press('Join workspace'),
    done: says('You are in Trần Văn Bình’s workspace now'),
  },
  {
    form: '/settings/workspace/leave',
    async open(world) {
      await at(world, '/settings/members');
      await link(world.page, 'Leave workspace').click();
    },
    send: press('Leave workspace'),
    done: says('You have left Trần Văn Bình’s workspace'),
  },
  {
    form: '/workspaces/switch',
    open: nothing,
    send: press('Switch to Ánh Dương'),
    done: ({ page }) => expect(page).toHaveURL('/'),
  },
  {
    form: '/settings/members/{id}/hand-over',
    async open(world) {
      await joined(world.page, 'member');
      await at(world, '/settings/members');
      await link(world.page, 'Make owner: Nguyễn Thị Lan').click();
    },
    send: press('Hand over'),
    done: says(/^The workspace has another owner/),
  },
  {
    form: '/forms/discard',
    async open(world) {
      await at(world, '/companies/new');
      await fill(world.page, { Notes: 'Dở dang' });
      // Refused by the server, so that the page has something to discard.
      await sendUnchecked(world.page, 'Create company');
      await expect(field(world.page, 'Notes')).toHaveValue('Dở dang');
    },
    send: press('Discard what you typed'),
    done: ({ page }) => expect(field(page, 'Notes')).toHaveValue(''),
  },
  {
    form: '/admin/workspaces/new',
    async open(world) {
      await makePlatformAdmin(world.page, world.server, world.person);
      await at(world, '/admin/workspaces/new');
      // No mail server takes this address: the mail fails, for a later row.
      const email = `le..${newPerson().email}`;
      await fill(world.page, { Name: `Kho ${email}`, 'Owner’s email': email, 'Owner’s name': 'Lê Thị Hoa' });
      world.owner = email;
    },
    send: press('Create workspace'),
    done: says(/^Workspace created/),
  },
  {
    form: '/admin/workspaces/{id}/suspend',
    async open(world) {
      await at(world, `/admin/workspaces?q=${world.owner}`);
      await link(world.page, `Suspend Kho ${world.owner}`).click();
    },
    send: press('Suspend workspace'),
    done: says('Workspace suspended'),
  },
  {
    form: '/admin/workspaces/{id}/resume',
    open: (world) => at(world, `/admin/workspaces?q=${world.owner}`),
    send: ({ page, owner }) => button(page, `Resume Kho ${owner}`).click(),
    done: says('Workspace resumed'),
  },
  {
    form: '/admin/users/{id}/reset-link',
    open: atOwner,
    send: press('Make a password link'),
    done: ({ page }) => expect(field(page, 'Link to copy')).toHaveValue(/\/reset-password\?token=/),
  },
  {
    form: '/admin/users/{id}/make-admin',
    async open(world) {
      await atOwner(world);
      await link(world.page, 'Make platform admin').click();
    },
    send: press('Make platform admin'),
    done: says('This user is a platform admin now'),
  },
  {
    form: '/admin/users/{id}/revoke-admin',
    open: ({ page }) => link(page, 'Take platform admin away').click(),
    send: press('Take platform admin away'),
    done: says('This user is no platform admin any more'),
  },
  {
    form: '/admin/users/{id}/end-sessions',
    open: atOwner,
    send: press('End sessions'),
    done: says(/^Ended: 0 sessions/),
  },
  {
    form: '/admin/users/{id}/disable',
    open: ({ page }) => link(page, 'Disable account').click(),
    send: press('Disable account'),
    done: says('Account disabled'),
  },
  {
    form: '/admin/users/{id}/enable',
    open: nothing,
    send: press('Enable account'),
    done: says('Account enabled'),
  },
  {
    form: '/admin/registration',
    open: (world) => at(world, '/admin/registration'),
    send: press('Save registration'),
    done: says('Registering is open'),
  },
  {
    form: '/admin/jobs/{id}/retry',
    async open(world) {
      await expect(async () => {
        await at(world, '/admin/mail');
        await expect(button(world.page, 'Try again: mail').first()).toBeVisible({ timeout: 500 });
      }).toPass();
    },
    send: ({ page }) => button(page, 'Try again: mail').first().click(),
    done: says('It is queued again'),
  },
  {
    form: '/admin/mail/test',
    open: (world) => at(world, '/admin/mail'),
    send: press('Send a test mail to me'),
    async done({ page, mail, person }) {
      await expectNotice(page, 'A test mail is on its way to you');
      await mail.text(person.email, 'Test mail');
    },
  },
  {
    form: '/logout',
    open: (world) => at(world, '/companies'),
    send: ({ page, person }) => signOut(page, person),
    done: ({ page }) => expect(page).toHaveURL(/\/login$/),
  },
  {
    form: '/forgot-password',
    async open({ page, person }) {
      await page.goto('/forgot-password');
      await fill(page, { Email: person.email });
    },
    send: press('Send link'),
    done: ({ page }) => expect(page).toHaveURL('/forgot-password/sent'),
  },
  {
    form: '/reset-password',
    async open({ page, mail, person }) {
      await page.goto(await mail.link(person.email, 'Choose a new password'));
      person.password = 'trà đá vỉa hè';
      await fill(page, { 'New password': person.password, 'New password again': person.password });
    },
    send: press('Save password'),
    done: ({ page }) => expect(page).toHaveURL('/reset-password/done'),
  },
  {
    form: '/login',
    open: ({ page }) => page.goto('/login').then(() => undefined),
    send: ({ page, person }) => fillSignIn(page, person),
    done: ({ page }) => expect(page).toHaveURL('/'),
  },
  {
    form: '/settings/account/delete',
    async open(world) {
      await at(world, '/settings/account/delete');
      await fill(world.page, { 'What becomes of Kho Bình Dương': 'It ends, for everybody', 'Your password': world.person.password });
    },
    send: press('Delete account'),
    done: ({ page }) => expect(page).toHaveURL(/\/login$/),
  },
  {
    form: '/invitation/register',
    async open(world) {
      const other = await registerElsewhere(world.page);
      const person = newPerson('Lê Thị Hoa');
      // A plain form: its page has no script.
      await world.page.goto(await invite(other, person.email, 'viewer'));
      await fill(world.page, { Name: person.name, Password: person.password, 'Password again': person.password });
    },
    send: press('Create account and join'),
    done: ({ page }) => expect(page).toHaveURL('/'),
  },
];

/** The forms of the table of actions, each with the path of its function. */
function documented(): [string, string][] {
  const lines = readFileSync(resolve('docs/ux/actions.md'), 'utf8').matchAll(/^\| \w+ \| `([^`]+)` \| `([^`]+)` \|/gm);
  return [...lines].map(([, form, script]) => [form ?? '', script ?? '']);
}

test('every form of the table of actions has a row here, and no other has @once', () => {
  expect(ROWS.map(({ form }) => form).sort()).toEqual(documented().map(([form]) => form).sort());
  const functions = new Map(documented());
  for (const { form, script } of ROWS) if (script !== undefined) expect(script, form).toBe(functions.get(form));
});

withAndWithoutJavaScript((javaScript) => {
  test('every form does what it says', async ({ page, mail, server }) => {
    // One person and one page for all of them: each row changes what the rows before it made.
    test.slow();
    const world: World = { page, javaScript, person: newPerson(), mail, server, company: '', contact: '', deal: '', activity: '', task: '', owner: '' };
    // The first account of a server, its only platform admin, is never deleted: somebody else's.
    await page.goto('/login');
    await registerElsewhere(page);
    let posts: string[] = [];
    page.on('request', (request) => {
      const path = new URL(request.url()).pathname.replace(/[0-9a-f-]{36}/, '{id}');
      // What a picker finds is no form.
      if (request.method() === 'POST' && !path.endsWith('/search')) posts.push(`${request.resourceType()} ${path}`);
    });
    for (const row of ROWS) {
      await test.step(row.form, async () => {
        await row.open(world);
        posts = [];
        await row.send(world);
        await row.done(world);
        // In place: one call, and no POST that loads a document. Otherwise the other way round.
        expect(posts, row.form).toEqual([javaScript && row.script ? `fetch ${row.script}` : `document ${row.form}`]);
        // Each page's WebAssembly has an address range of its own, of which a process has some hundred.
        if (javaScript) await page.requestGC();
      });
    }
  });
});
