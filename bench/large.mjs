// `BENCH_SIZE=100k make bench`: 100,000 companies, contacts, deals, activities and tasks on each database, one user, every kind of page: each list
// at its first, middle and last page in each order, under filters and searches, each page of one record, and what is written. Holds them
// to the budgets, prints what was measured, and writes it into docs/PERFORMANCE.md.

import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as budget from './budgets.mjs';
import { load } from './load.mjs';
import { columns, percentile } from './report.mjs';
import { startOurs } from './servers.mjs';

const RECORDS = { companies: 100_000, contacts: 100_000, deals: 100_000, activities: 100_000, tasks: 100_000 };
const SMALL = { companies: 10_000, contacts: 20_000, deals: 5_000, activities: 50_000, tasks: 10_000 };
const MIDDLE = 2_500;
const LAST = 5_000;
/** Requests of one page, and changes of one kind. */
const TIMES = Number(process.env.BENCH_TIMES ?? 40);
const CHANGES = 100;
/** Orders that no index has: the first request sorts the whole list. */
const WITHOUT_INDEX = { '/companies': ['website', 'tags'], '/contacts': ['reports_to'], '/deals?view=list': ['source'], '/activities': ['subject', 'company'], '/tasks': ['title', 'company'] };
/** Filters that every list has. */
const OF_RECORDS = ['changed_within=last-7-days', 'changed_older_than=365', 'owner_id=OWNER&none_of=owner_id'];
const FIRST_PAGES = ['/', '/companies', '/contacts', '/deals?view=list', '/activities', '/tasks', '/today', '/today?owner=all'];

const ORDERS = {
  '/companies': ['name', 'industry', 'size', 'status', 'contacts', 'open_deals', 'last_contact_at', 'updated_at'],
  '/contacts': ['name', 'job_title', 'company', 'authority_level', 'phone', 'email', 'updated_at'],
  '/deals?view=list': ['name', 'company', 'contact', 'stage', 'value', 'probability', 'weighted', 'expected_close_date', 'owner', 'updated_at'],
  '/activities': ['date'],
};
/** Frequent, rare, missing, two words, the start of a word, a number, a symbol. */
const SEARCHES = ['cong ty', 'duong 99999', 'khongcogi', 'nguyen van', 'an', '0903', '%'];
/** For all kinds at once, besides: what is typed on the way to a word, and several words. */
const TYPED = ['d', 'x', 'yen', 'nguyen cong ty duong phat', 'le loi 77', 'lienhe99999@congty.example', 'Đường', 'an x'];

/** Measures, prints and writes the figures of both databases; returns how many budgets are missed. */
export async function measureLarge(binary, adminUrl) {
  const rows = [];
  for (const kind of ['sqlite', 'postgres']) {
    console.log(`${kind}: filling a small and a large database …`);
    const small = await startOurs(binary, kind, adminUrl, SMALL);
    const perSecond = await throughput(small).finally(small.end);
    const server = await startOurs(binary, kind, adminUrl, RECORDS);
    try {
      for (const path of await pagesOf(server)) rows.push(await measurePage(server, path));
      for (const [path, large] of Object.entries(await throughput(server))) rows.push(shareOf(server, path, large, perSecond[path]));
      rows.push(...(await measureChanges(server)));
    } finally {
      await server.end();
    }
  }
  const missed = rows.filter(({ ok }) => !ok);
  writeFileSync(join(import.meta.dirname, '../docs/PERFORMANCE.md'), documentOf(rows));
  console.log(columns([HEAD, ...rows.toSorted((one, other) => other.p50 - one.p50).map(cells)]));
  console.log(missed.length === 0 ? '\nall budgets are kept' : `\n${missed.length} budgets are missed:\n${columns([HEAD, ...missed.map(cells)])}`);
  return missed.length;
}

const HEAD = ['database', 'what', 'first ms', 'p50 ms', 'p99 ms', 'allowed', ''];

function cells({ server, what, first, p50, p99, allowed, ok }) {
  return [server, what, first?.toFixed(2) ?? '', p50.toFixed(2), p99.toFixed(2), allowed, ok ? 'ok' : 'MISSED'];
}

/** Every kind of page. */
async function pagesOf(server) {
  const first = async (list, kind) => new RegExp(`href="/${kind}/([0-9a-f-]{36})"`).exec((await get(server, list)).text)[1];
  const [company, contact, deal, activity, task] = await Promise.all([
    first('/companies', 'companies'), first('/contacts', 'contacts'), first('/deals?view=list', 'deals'), first('/activities', 'activities'), first('/tasks', 'tasks'),
  ]);
  const tags = [...(await get(server, '/companies')).text.matchAll(/name="tag" value="([0-9a-f-]{36})"/g)].map(([, id]) => id);
  const owner = /name="owner_id" value="([0-9a-f-]{36})"/.exec((await get(server, '/companies')).text)[1];
  // The dashboard, and the lists of its figures.
  const since = new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10);
  const paths = ['/', '/?owner=me'];
  const add = (list, query) => paths.push(`${list}${list.includes('?') ? '&' : '?'}${query}`);
  for (const [list, orders] of Object.entries(ORDERS)) {
    for (const order of orders.flatMap((name) => [name, `-${name}`])) for (const page of [1, MIDDLE, LAST]) add(list, `sort=${order}&page=${page}`);
    for (const q of SEARCHES) for (const page of [1, 3]) add(list, `q=${encodeURIComponent(q)}&page=${page}`);
  }
  for (const [list, orders] of Object.entries(WITHOUT_INDEX)) for (const order of orders) add(list, `sort=${order}`);
  for (const list of Object.keys(ORDERS)) for (const filter of OF_RECORDS) add(list, filter.replace('OWNER', owner));
  for (const filter of ['empty=phone', 'filled=phone', 'empty=tags', 'field=kho', 'field=kho&none_of=field', `tag=${tags[0]}&none_of=tag`]) {
    add('/companies', filter);
    add('/contacts', filter);
  }
  for (const filter of ['empty=contact', 'filled=expected_close_date', 'stage=prospecting&none_of=stage']) add('/deals?view=list', filter);
  for (const filter of ['empty=outcome', 'filled=deal', 'type=call&none_of=type', 'within=last-30-days']) add('/activities', filter);
  for (const stage of ['prospecting', 'closed-won']) for (const sort of ['name', '-value', 'company']) add('/deals?view=list', `stage=${stage}&sort=${sort}`);
  for (const q of [...SEARCHES, ...TYPED].map(encodeURIComponent)) {
    for (const kind of ['', '&kind=companies', '&kind=contacts', '&kind=activities&page=2']) add('/search', `q=${q}${kind}`);
    add('/search/options', `q=${q}`);
  }
  for (const query of [
    `tag=${tags[0]}`, `tag=${tags[0]}&tag=${tags[1]}`, `tag=${tags[0]}&tag=${tags[1]}&page=300`, 'status=active', 'status=active&page=400', 'size=1-10&status=lead',
    'industry=Food', 'decision=no-primary', 'decision=not-contacted', 'decision=no-primary&sort=-open_deals', 'q=cong+ty&status=active',
  ]) add('/companies', query);
  for (const query of ['is_decision_maker=true', 'authority_level=primary', `company_id=${company}`, 'job_title=Buyer', 'not_contacted_days=30', 'q=duc&is_decision_maker=true']) add('/contacts', query);
  for (const query of [`company_id=${company}`, 'company=duong', 'value_min=1000000000', 'close_from=2026-01-01&close_to=2027-12-31', 'decision=no-primary', 'q=van+tai&stage=proposal']) add('/deals?view=list', query);
  for (const query of ['type=call', 'type=call&page=400', `company_id=${company}`, 'from=2026-01-01&to=2026-12-31']) add('/activities', query);
  for (const query of [`owner_id=${owner}`, `created_from=${since}`, `owner_id=${owner}&decision=no-primary&sort=-open_deals`]) add('/companies', query);
  for (const query of [`owner_id=${owner}`, `created_from=${since}`, `owner_id=${owner}&is_decision_maker=true&not_contacted_days=30`]) add('/contacts', query);
  for (const query of ['status=open', `status=open&owner_id=${owner}`, 'status=open&value=none', 'status=open&next_step=promised', `created_from=${since}`, `status=open&close_from=${since}&sort=expected_close_date`]) add('/deals?view=list', query);
  for (const query of ['planned=coming&sort=date', 'planned=missed', `owner_id=${owner}&planned=missed`, `type=call&from=${since}&owner_id=${owner}`]) add('/activities', query);
  // Of tasks what is to be done shows at first; all of them are most of a list.
  for (const query of ['sort=due', 'sort=-due', 'sort=-updated_at', 'overdue=true', `owner_id=${owner}`, 'priority=high', 'due_within=next-7-days', `company_id=${company}`]) add('/tasks', query);
  for (const query of ['status=done', 'status=done&page=1000', 'status=open&status=done&status=canceled', 'status=done&sort=-closed_at', 'status=open&overdue=true&priority=high']) add('/tasks', query);
  for (const q of ['viec', 'viec 99999', ...SEARCHES]) for (const query of ['', '&status=done', '&page=3']) add('/tasks', `q=${encodeURIComponent(q)}${query}`);
  for (const tab of ['', '?tab=contacts', '?tab=deals', '?tab=activities', '?tab=tasks']) paths.push(`/companies/${company}${tab}`);
  for (const tab of ['', '?tab=deals', '?tab=history']) paths.push(`/contacts/${contact}${tab}`);
  for (const tab of ['', '?tab=activities', '?tab=tasks', '?tab=history']) paths.push(`/deals/${deal}${tab}`);
  paths.push('/today', '/today?owner=all', '/today?owner=all&actions=200', `/activities/${activity}`, `/tasks/${task}`, `/tasks/${task}/edit`, '/tasks/new', '/deals', '/deals?q=van+tai', '/settings/tags', '/settings/bin', '/companies/new', '/contacts/new', '/deals/new', '/activities/new');
  paths.push(`/companies/${company}/edit`, `/contacts/${contact}/edit`, `/deals/${deal}/edit`, `/activities/${activity}/edit`);
  return paths;
}

async function get(server, path) {
  const answer = await fetch(server.url + path, { headers: { Cookie: server.cookie }, redirect: 'manual' });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${server.name} answered ${answer.status} at ${path}`);
  return { text };
}

/** Milliseconds that something takes. */
async function time(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function measurePage(server, path) {
  const took = [];
  const first = await time(() => get(server, path));
  for (let turn = 0; turn < TIMES; turn += 1) took.push(await time(() => get(server, path)));
  const [p50, p99] = [percentile(took, 50), percentile(took, 99)];
  const allowed = `${budget.ALONE_P50_MS} / ${budget.ALONE_P99_MS}`;
  return { server: server.name, what: path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…'), first, p50, p99, allowed, ok: p50 <= budget.ALONE_P50_MS && p99 <= budget.ALONE_P99_MS };
}

/** Requests a second of the lists' first pages at 64 connections. A refused request throws. */
async function throughput(server) {
  const figures = {};
  for (const path of FIRST_PAGES) {
    figures[path] = (await load({ url: server.url + path, headers: { Cookie: server.cookie }, connections: 64, seconds: 3 })).perSecond;
  }
  return figures;
}

/** A first page's throughput at 100,000 as a share of that at 10,000. */
function shareOf(server, path, large, small) {
  const share = large / small;
  return { server: server.name, what: `${path}: ${Math.round(large)} of ${Math.round(small)} requests a second`, p50: share, p99: share, allowed: `>= ${budget.LARGE_SHARE}`, ok: share >= budget.LARGE_SHARE };
}

/** Creating, editing and moving, each as a form without a script sends it. */
async function measureChanges(server) {
  const link = (text, pattern) => pattern.exec(text)[1];
  const company = link((await get(server, '/companies')).text, /href="(\/companies\/[0-9a-f-]{36})"/);
  const deal = link((await get(server, '/deals?view=list')).text, /href="(\/deals\/[0-9a-f-]{36})"/);
  const stages = ['proposal', 'negotiation'];
  const kinds = {
    'create a company': (turn) => ['/companies/new', { name: `Bench ${turn}` }],
    'edit a company': (turn) => [`${company}/edit`, { notes: `Bench ${turn}` }],
    'move a deal': (turn) => [`${deal}/move`, { stage: stages[turn % 2] }],
  };
  const fsync = percentile(fsyncs(), 99);
  const rows = [];
  for (const [what, formOf] of Object.entries(kinds)) {
    const took = [];
    for (let turn = 0; turn < CHANGES; turn += 1) {
      const [path, typed] = formOf(turn);
      const body = fill((await get(server, path)).text, path, typed);
      took.push(await time(() => post(server, path, body)));
    }
    const p99 = percentile(took, 99);
    rows.push({ server: server.name, what: `${what} (an fsync: ${fsync.toFixed(1)})`, p50: percentile(took, 50), p99, allowed: `${budget.CHANGE_P99_MS} + fsync`, ok: p99 <= budget.CHANGE_P99_MS + fsync });
  }
  return rows;
}

async function post(server, path, body) {
  const answer = await fetch(server.url + path, { method: 'POST', body, headers: { Cookie: server.cookie, Origin: server.url }, redirect: 'manual' });
  await answer.arrayBuffer();
  if (answer.status !== 303) throw new Error(`${server.name} answered ${answer.status} to a form sent to ${path}`);
}

/** What a browser would send of the form of this address, with these fields typed. */
function fill(html, path, typed) {
  const form = html.split('<form ').find((part) => part.includes(`action="${path}"`)) ?? html.slice(html.indexOf('method="post"'));
  const body = new URLSearchParams();
  const unescape = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const attribute = (tag, name) => unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  for (const [tag] of form.split('</form>')[0].matchAll(/<input[^>]*>/g)) {
    const unchecked = /type="(checkbox|radio)"/.test(tag) && !/\schecked/.test(tag);
    if (attribute(tag, 'name') && !unchecked) body.append(attribute(tag, 'name'), attribute(tag, 'value'));
  }
  for (const [, tag, options] of form.split('</form>')[0].matchAll(/(<select[^>]*>)([\s\S]*?)<\/select>/g)) {
    const option = [...options.matchAll(/<option[^>]*>/g)].map(([found]) => found).find((found) => /\sselected/.test(found));
    if (attribute(tag, 'name')) body.append(attribute(tag, 'name'), option ? attribute(option, 'value') : '');
  }
  for (const [name, value] of Object.entries(typed)) body.set(name, value);
  return body;
}

/** Milliseconds that the disk takes to keep 4 KiB. */
function fsyncs() {
  const folder = mkdtempSync(join(tmpdir(), 'minicrm-bench-'));
  const file = openSync(join(folder, 'fsync'), 'w');
  const took = Array.from({ length: CHANGES }, () => {
    const begun = performance.now();
    writeSync(file, Buffer.alloc(4_096), 0, 4_096, 0);
    fsyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return took;
}

function documentOf(rows) {
  const table = rows.map((row) => `| ${cells(row).join(' | ')} |`).join('\n');
  return `# Performance at 100,000

Written by \`BENCH_SIZE=100k make bench\`: 100,000 companies, contacts, deals, activities and tasks, one user, a first request and ${TIMES} more of each page, ${CHANGES}
changes a kind, over HTTP. Server, database and the program that asks shared ${cpus().length} cores (${cpus()[0].model.trim()}). Of the shares the two columns of
milliseconds are the share.

| ${HEAD.join(' | ')} |
|${HEAD.map(() => '---').join('|')}|
${table}
`;
}
