// `make bench`: measures lists, search, the search box, board and the page of a company where much was said, over HTTP, signed in, beside a bare
// page in the same run, on both databases.
// Prints a table, holds it to the budgets, and ends with 1 when one is missed.
//
// MINICRM_BIN names the release binary, BARE_BIN the yardstick (built here if not given), TEST_DATABASE_URL a PostgreSQL server.
// BENCH_SECONDS is the length of one measurement (5). BENCH_SIZE=100k measures every page at 100,000 records instead: see large.mjs.
// Needs Linux and wrk.

import { execFileSync, spawnSync } from 'node:child_process';
import { statSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as budget from './budgets.mjs';
import { measureLarge } from './large.mjs';
import { load } from './load.mjs';
import { filesTable, median, report, table } from './report.mjs';
import { pss, startBare, startOurs } from './servers.mjs';
import { weigh } from './weight.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = 3;
/** What most pages are measured on. */
const RECORDS = { companies: 10_000, contacts: 20_000, deals: 500, activities: 50_000, tasks: 10_000 };
const PAGES = {
  list: '/companies',
  search: '/companies?q=cong+ty',
  gaps: '/companies?decision=no-primary',
  board: '/deals',
  contacts: '/contacts',
  activities: '/activities',
  dashboard: '/',
  typed: '/search/options',
};
/** Pages that are asked for another thing each time. */
const SCRIPTS = { typed: join(import.meta.dirname, 'search.lua') };
/** One company with all of it, whose page is measured for one user. */
const CROWD = { companies: 1, contacts: 40, deals: 5, activities: 2_000, tasks: 100 };
const BARE_CONNECTIONS = [1, 16, 64];
/** A browser asks for compressed pages, so they are measured compressed: as Chromium and Firefox ask. */
const ENCODING = process.env.BENCH_ENCODING ?? 'gzip, deflate, br, zstd';

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(2);
}

function required(name) {
  return process.env[name] || fail(`${name} is not set: run this by \`make bench\``);
}

/** Built where the release build has left most of it. */
function bareBinary() {
  if (process.env.BARE_BIN) return resolve(process.env.BARE_BIN);
  console.log('building the bare page …');
  const root = resolve(import.meta.dirname, '..');
  const target = join(resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'leptos');
  execFileSync('cargo', ['build', '--release', '--locked', '--quiet', '--package', 'bare'], { cwd: root, env: { ...process.env, CARGO_TARGET_DIR: target }, stdio: 'inherit' });
  return join(target, 'release', 'bare');
}

if (spawnSync('wrk', ['-v']).error) fail('wrk is missing: install it (on Debian: apt install wrk)');
if (!(SECONDS >= 1)) fail('BENCH_SECONDS must be 1 or more');
const binary = resolve(required('MINICRM_BIN'));
const adminUrl = required('TEST_DATABASE_URL');
if (process.env.BENCH_SIZE === '100k') process.exit((await measureLarge(binary, adminUrl)) > 0 ? 1 : 0);
const bareFile = bareBinary();

const begun = [];
let missed = 0;
try {
  console.log(`${RECORDS.companies} companies and what belongs to them into each database …`);
  const bare = await startBare(bareFile);
  begun.push(bare);
  const start = async (kind, records) => {
    const server = await startOurs(binary, kind, adminUrl, records);
    begun.push(server);
    return server;
  };
  const ours = [await start('sqlite', RECORDS), await start('postgres', RECORDS)];
  const weights = {};
  for (const [page, path] of Object.entries({ ...PAGES, form: '/companies/new' })) if (!SCRIPTS[page]) weights[page] = await weigh(ours[0], path);
  const idle = Object.fromEntries(ours.map((server) => [server.name, pss(server.pid)]));

  const targets = ours.flatMap((server) => Object.entries(PAGES).map(([page, path]) => ({ server, page, path, connections: connectionsOf(page) })));
  for (const { name } of ours) {
    const server = await start(name, CROWD);
    targets.push({ server, page: 'company', path: await onlyCompany(server), connections: [1] });
  }
  const measurements = BARE_CONNECTIONS.length + targets.reduce((total, { connections }) => total + connections.length, 0);
  console.log(`${ROUNDS} rounds of ${SECONDS} s a measurement, about ${Math.ceil((ROUNDS * (SECONDS + 0.2) * measurements) / 60)} minutes …`);
  const { figures, loaded } = await measure(bare, targets);

  console.log(`\n${table(figures)}\n`);
  console.log(`a page whose form runs in the browser asks for\n${filesTable(weights.form.files)}\n`);
  const checks = checksOf({ figures, weights, idle, loaded, ours });
  console.log(report(checks));
  missed = checks.filter(({ ok }) => !ok).length;
} finally {
  for (const server of begun) await server.end();
}
process.exit(missed > 0 ? 1 : 0);

function connectionsOf(page) {
  return ['search', 'typed'].includes(page) ? [1, 16, 64] : [1, 64];
}

/** The address of the one company there is. */
async function onlyCompany(server) {
  const list = await fetch(`${server.url}/companies`, { headers: { Cookie: server.cookie } });
  return /\/companies\/[0-9a-f-]{36}/.exec(await list.text())[0];
}

/** Every page at every number of connections, each round beside the bare page of that round; medians over the rounds. */
async function measure(bare, targets) {
  const runs = new Map();
  const loaded = Object.fromEntries(targets.map(({ server }) => [server.name, 0]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const yardstick = {};
    for (const connections of BARE_CONNECTIONS) {
      yardstick[connections] = await load({ url: `${bare.url}/`, headers: {}, connections, seconds: SECONDS });
      note(runs, { server: 'bare', page: 'bare', connections }, yardstick[connections], 1);
    }
    for (const { server, page, path, connections: several } of targets) {
      for (const connections of several) {
        const sampling = setInterval(() => (loaded[server.name] = Math.max(loaded[server.name], pss(server.pid))), 250);
        const headers = { Cookie: server.cookie, 'Accept-Encoding': ENCODING };
        const result = await load({ url: server.url + path, headers, connections, seconds: SECONDS, script: SCRIPTS[page] }).finally(() => clearInterval(sampling));
        note(runs, { server: server.name, page, connections }, result, result.perSecond / yardstick[connections].perSecond);
      }
    }
    console.log(`round ${round} of ${ROUNDS} done`);
  }
  const figures = [...runs.values()].map(({ key, results }) => ({
    ...key,
    perSecond: median(results.map((result) => result.perSecond)),
    p50: median(results.map((result) => result.p50)),
    p99: median(results.map((result) => result.p99)),
    share: median(results.map((result) => result.share)),
  }));
  return { figures, loaded };
}

function note(runs, key, result, share) {
  const name = Object.values(key).join(' ');
  if (!runs.has(name)) runs.set(name, { key, results: [] });
  runs.get(name).results.push({ ...result, share });
}

/** Each budget with what was measured. */
function checksOf({ figures, weights, idle, loaded, ours }) {
  const checks = [];
  const atLeast = (what, value, least, unit) => checks.push({ what, value, bound: `>= ${least}`, unit, ok: value >= least });
  const atMost = (what, value, most, unit) => checks.push({ what, value, bound: `<= ${most}`, unit, ok: value <= most });
  for (const { name, startMs } of ours) {
    const figure = (page, connections) => figures.find((row) => row.server === name && row.page === page && row.connections === connections);
    for (const [page, least] of Object.entries(budget.SHARE)) atLeast(`${name}: ${page} at 64 connections, of bare`, figure(page, 64).share * 100, least * 100, '%');
    for (const page of ['search', 'typed']) atMost(`${name}: ${page} at 16 connections, p99`, figure(page, 16).p99, budget.SEARCH_P99_MS, 'ms');
    for (const page of [...Object.keys(PAGES), 'company']) {
      atMost(`${name}: ${page} for one user, p50`, figure(page, 1).p50, budget.ALONE_P50_MS, 'ms');
      atMost(`${name}: ${page} for one user, p99`, figure(page, 1).p99, budget.ALONE_P99_MS, 'ms');
    }
    atMost(`${name}: memory idle (PSS)`, idle[name], budget.IDLE_MIB, 'MiB');
    atMost(`${name}: memory under load (PSS)`, loaded[name], budget.LOADED_MIB, 'MiB');
    atMost(`${name}: start to first page`, startMs, budget.START_MS, 'ms');
  }
  for (const [page, { html, code, whole }] of Object.entries(weights)) {
    if (page === 'board') atMost('board: page on the wire', html, budget.BOARD_BYTES, 'B');
    else checks.push({ what: `${page}: page on the wire`, value: html, bound: '', unit: 'B', ok: true });
    atMost(`${page}: JS + wasm on the wire`, code, budget.CODE_BYTES, 'B');
    atMost(`${page}: whole page, nothing cached`, whole, budget.WHOLE_PAGE_BYTES, 'B');
  }
  atMost('binary and site files', statSync(binary).size + folderBytes(join(dirname(binary), 'site')), budget.DIST_BYTES, 'B');
  return checks;
}

function folderBytes(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}
