// Reads the table of docs/THREATS.md. Run by itself it checks that every row is there and every test it names exists.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(import.meta.dirname, '..');
const TABLE = 'docs/THREATS.md';
/** Rows by letter: A sign-in and sessions, B access, C input, D durability. */
const ROWS = { A: 14, B: 7, C: 14, D: 16 };
/** A test as the table names it: `file: name`, and the database if it runs on one alone. */
const TEST = /^`([^`:]+): ([^`]+)`(?: \((SQLite|PostgreSQL)\))?$/;
/** What stands in place of tests while a feature isn't built. */
const LATER = /^Comes with .+\.$/;

/**
 * The rows of the table: `{ id, threat, tests, faults }`, each test `{ file, name, only }`. `faults` are cells that can't be read.
 */
export function readThreats() {
  const lines = readFileSync(join(ROOT, TABLE), 'utf8').split('\n');
  return lines.filter((line) => /^\| [A-D]\d+ \|/.test(line)).map(readRow);
}

/** The cells of a table's row. */
export function cellsOf(line) {
  return line.slice(1, -1).split(' | ').map((cell) => cell.trim());
}

/** A test as a table names it: `{ file, name, only }`; undefined for other text. */
export function parseTest(text) {
  const [, file, name, only] = TEST.exec(text) ?? [];
  return file ? { file, name, only } : undefined;
}

function readRow(line) {
  const cells = cellsOf(line);
  const [id, threat, , shown = ''] = cells;
  const row = { id, threat, tests: [], faults: [] };
  if (cells.length !== 4) row.faults.push(`${id}: a row has four cells`);
  for (const part of shown.split('<br>')) {
    const test = parseTest(part);
    if (test) row.tests.push(test);
    else if (!LATER.test(part)) row.faults.push(`${id}: neither a test nor "Comes with …." : ${part}`);
  }
  return row;
}

/** How the file declares the test: `{ kind, tags }`, or undefined if it does not. Kinds: `rust`, `rust on both`, `browser`. */
export function findTest({ file, name }) {
  const path = join(ROOT, file);
  if (!existsSync(path)) return undefined;
  const source = readFileSync(path, 'utf8');
  return file.endsWith('.rs') ? findRust(source, name) : findBrowser(source, name);
}

function findRust(source, name) {
  const declared = new RegExp(`^ *(?:async )?fn ${escape(name)}\\((db: TestDb\\))?`, 'm').exec(source);
  if (!declared) return undefined;
  if (declared[1]) return /^on_both_databases! \{/m.test(source) ? { kind: 'rust on both', tags: [] } : undefined;
  // The attributes directly above it.
  const above = source.slice(0, declared.index).trimEnd().split('\n').at(-1);
  return /^ *#\[(tokio::)?test\b/.test(above) ? { kind: 'rust', tags: [] } : undefined;
}

function findBrowser(source, name) {
  const declared = new RegExp(`\\btest\\((['"\`])${escape(name)}((?: @\\w+)*)\\1`).exec(source);
  return declared ? { kind: 'browser', tags: declared[2].split(' ').filter(Boolean) } : undefined;
}

export function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What is wrong with the table, a line each. */
function faults() {
  const rows = readThreats();
  const wanted = Object.entries(ROWS).flatMap(([letter, count]) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
  const ids = rows.map(({ id }) => id);
  const order = ids.join() === wanted.join() ? [] : [`the rows are ${ids.join(' ')}, not ${wanted.join(' ')}`];
  const missing = rows.flatMap(({ id, tests }) => tests.filter((test) => !findTest(test)).map(({ file, name }) => `${id}: there is no test "${name}" in ${file}`));
  return [...order, ...rows.flatMap(({ faults }) => faults), ...missing];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = faults();
  for (const fault of found) console.error(`${TABLE}: ${fault}`);
  process.exit(found.length > 0 ? 1 : 0);
}
