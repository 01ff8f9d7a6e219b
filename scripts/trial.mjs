// `make trial`: runs every test that docs/THREATS.md names in its long form, one after another, and ends with a table.
// trial.mjs [ROW…] : those rows alone. Ends with 1 if a test failed.
//
// MINICRM_BIN names the release binary, TEST_DATABASE_URL a PostgreSQL server; trial.sh sets both. The output of each test is
// written to target/trial/.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { columns } from '../bench/report.mjs';
import { escape, findTest, readThreats } from './threats.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'target/trial');
const DATABASES = ['SQLite', 'PostgreSQL'];
/** Longest duration of one test. */
const LIMIT_MS = 40 * 60_000;
/** Built by name only: cargo leaves it out of `cargo test`. */
const BY_NAME = ['small_volume', 'libreoffice'];
const ENV = { ...process.env, MINICRM_TRIAL: '1', RUST_BACKTRACE: '0', NO_COLOR: '1', FORCE_COLOR: '0' };

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(2);
}

for (const name of ['MINICRM_BIN', 'TEST_DATABASE_URL']) if (!process.env[name]) fail(`${name} is not set: run this by \`make trial\``);
const all = readThreats();
const chosen = process.argv.slice(2).map((id) => id.toUpperCase());
for (const id of chosen) if (!all.some((row) => row.id === id)) fail(`there is no row ${id} in docs/THREATS.md`);
const rows = all.filter(({ id }) => chosen.length === 0 || chosen.includes(id));

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const programs = buildTests();
/** Results by command: several rows name the same test. */
const results = new Map();
for (const row of rows) {
  for (const test of row.tests) {
    for (const run of runsOf(test)) {
      if (results.has(run.key)) continue;
      results.set(run.key, await execute(row, run));
    }
  }
}
console.log(`\n${table(rows)}\n`);
const failed = [...results.values()].filter(({ ok }) => !ok);
for (const { label, log } of failed) console.log(`FAILED ${label}\n${excerpt(log)}\n`);
console.log(failed.length === 0 ? `all ${results.size} tests passed` : `${failed.length} of ${results.size} tests failed; their whole output is in ${relative(process.cwd(), OUTPUT) || '.'}`);
process.exit(failed.length > 0 ? 1 : 0);

/** The programs of the Rust tests by source file: `{ executable, folder, tests }`. */
function buildTests() {
  const workspace = ['test', '--workspace', '--exclude', 'frontend', '--locked', '--no-run', '--message-format=json-render-diagnostics'];
  const byName = BY_NAME.flatMap((name) => ['--test', name]);
  const messages = [workspace, [...workspace, ...byName]].flatMap((command) => {
    const { status, stdout } = spawnSync('cargo', command, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
    if (status !== 0) fail('the tests do not compile; the messages are above');
    return stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  });
  const built = messages.filter(({ reason, executable, profile }) => reason === 'compiler-artifact' && executable && profile.test);
  return new Map(
    built.map(({ executable, manifest_path, target }) => {
      const folder = dirname(manifest_path);
      const listed = execFileSync(executable, ['--list', '--format', 'terse'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 24 });
      const tests = listed.split('\n').filter((line) => line.endsWith(': test')).map((line) => line.slice(0, -': test'.length));
      return [relative(ROOT, target.src_path), { executable, folder, tests }];
    }),
  );
}

/** How a test of the table is run: once, or once on each database. `on` are the databases that a run says something about. */
function runsOf(test) {
  const { kind, tags } = findTest(test) ?? fail(`there is no test "${test.name}" in ${test.file}`);
  return kind === 'browser' ? browserRuns(test, tags) : rustRuns(test, kind);
}

function rustRuns({ file, name, only }, kind) {
  const { program, module } = programOf(file);
  const { executable, folder, tests } = programs.get(program) ?? fail(`cargo built no test program of ${program}`);
  const run = (suffix, on) => {
    const path = tests.find((path) => path === `${name}${suffix}` || (path.startsWith(module) && path.endsWith(`::${name}${suffix}`)));
    if (!path) fail(`${program} has no test ${name}${suffix}`);
    const env = { ...ENV, CARGO_MANIFEST_DIR: folder };
    const passed = /^test result: ok\. 1 passed/m;
    return { key: `${program} ${path}`, label: `${file}: ${name}${suffix}`, on, command: executable, arguments_: ['--exact', path, '--nocapture'], cwd: folder, env, passed };
  };
  if (kind === 'rust on both') return [run('::sqlite', ['SQLite']), run('::postgres', ['PostgreSQL'])];
  return [run('', only ? [only] : DATABASES)];
}

/** The root of the program that a file's tests are in, and the module that they are in there. */
function programOf(file) {
  const [crate, folder, ...rest] = file.split('/');
  if (folder === 'tests') return { program: file, module: '' };
  const path = rest.join('/').replace(/(\/mod)?\.rs$/, '');
  return { program: `${crate}/src/lib.rs`, module: path === 'lib' ? '' : path.replaceAll('/', '::') };
}

function browserRuns({ file, name }, tags) {
  const run = (project, on) => ({
    key: `${file} ${name} ${project}`,
    label: `${file}: ${name} (${project})`,
    on,
    command: join(ROOT, 'node_modules/.bin/playwright'),
    arguments_: ['test', '--config', 'end2end', '--project', project, '--grep', ` ${escape(name)}( @|$)`, '--output', join(OUTPUT, 'browser'), `/${basename(file)}`],
    cwd: ROOT,
    env: ENV,
    passed: /^ +\d+ passed/m,
  });
  if (tags.includes('@once')) return [run('sqlite', ['SQLite'])];
  if (tags.includes('@postgres')) return [run('postgres', ['PostgreSQL'])];
  return [run('sqlite', ['SQLite']), run('postgres', ['PostgreSQL'])];
}

/** Runs a test. It passed if it ended with 0 and its output says that it ran. */
async function execute(row, { label, on, command, arguments_, cwd, env, passed }) {
  const log = join(OUTPUT, `${row.id} ${label.replace(/[^\w.-]+/g, ' ')}.log`.replaceAll(' ', '-'));
  process.stdout.write(`${row.id.padEnd(4)} ${label} … `);
  const begun = performance.now();
  const output = openSync(log, 'w');
  const child = spawn(command, arguments_, { cwd, env, stdio: ['ignore', output, output], timeout: LIMIT_MS, killSignal: 'SIGKILL' });
  const code = await new Promise((done, failed) => child.once('exit', done).once('error', failed));
  closeSync(output);
  const seconds = (performance.now() - begun) / 1000;
  const ok = code === 0 && passed.test(readFileSync(log, 'utf8'));
  console.log(`${ok ? 'ok' : 'FAILED'}, ${seconds.toFixed(1)} s`);
  return { label, on, ok, seconds, log };
}

/** One line for each row: how many of its tests passed on each database, and how long they took. */
function table(rows) {
  const lines = rows.map(({ id, threat, tests }) => {
    const done = tests.flatMap(runsOf).map(({ key }) => results.get(key));
    const cell = (database) => {
      const there = done.filter(({ on }) => on.includes(database));
      const bad = there.filter(({ ok }) => !ok).length;
      return there.length === 0 ? '-' : bad === 0 ? `${there.length} ok` : `${bad} of ${there.length} FAILED`;
    };
    const seconds = done.reduce((total, { seconds }) => total + seconds, 0);
    return [`${id.padEnd(4)} ${short(threat)}`, ...DATABASES.map(cell), tests.length === 0 ? 'to come' : seconds.toFixed(1)];
  });
  return columns([['row  must not happen', ...DATABASES, 'seconds'], ...lines]);
}

function short(text) {
  const plain = text.replaceAll('`', '');
  return plain.length > 84 ? `${plain.slice(0, 83)}…` : plain;
}

/** The lines of a failed test that say why. */
function excerpt(log) {
  const lines = readFileSync(log, 'utf8').split('\n').filter((line) => line.trim() && !/^(running|failures:|test result|note: )/.test(line));
  return lines.slice(-15).map((line) => `  ${line.slice(0, 300)}`).join('\n');
}
