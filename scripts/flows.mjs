// Checks docs/ux/flows.md: each flow names browser tests that exist and pages that are served, and each page of docs/ux/routes.md is
// part of a flow, or listed with the reason why no flow opens it.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cellsOf, findTest, parseTest } from './threats.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const FLOWS = 'docs/ux/flows.md';
const ROUTES = 'docs/ux/routes.md';
/** The heads of the tables: of flows, and of pages that no flow opens. */
const FLOW_HEAD = ['Flow', 'Who', 'Begins at', 'Steps', 'Test'];
const UNOPENED_HEAD = ['Page', 'Why no flow opens it'];

const read = (file) => readFileSync(join(ROOT, file), 'utf8').split('\n');

/** The paths of every page that is served. */
function servedPages() {
  return read(ROUTES).flatMap((line) => /^\| GET \| `([^`]+)` \|/.exec(line)?.[1] ?? []);
}

/** The paths in a text, without their queries. */
function pathsIn(text) {
  return [...text.matchAll(/`(\/[^`?]*)[^`]*`/g)].map(([, path]) => path);
}

/** The rows below each head of this kind, as cells. */
function rowsBelow(head) {
  const rows = [];
  let inTable = false;
  for (const line of read(FLOWS)) {
    const cells = line.startsWith('|') ? cellsOf(line) : [];
    if (cells.join() === head.join()) inTable = true;
    else if (cells.length === 0) inTable = false;
    else if (inTable && !/^[|-]+$/.test(line)) rows.push(cells);
  }
  return rows;
}

/** What is wrong with one flow, a line each. */
function faultsOfFlow(cells, served) {
  if (cells.length !== FLOW_HEAD.length) return [`"${cells[0]}" has ${cells.length} cells in place of ${FLOW_HEAD.length}`];
  const [flow, , begin, steps, tests] = cells;
  const paths = pathsIn(`${begin} ${steps}`);
  const noPage = paths.length === 0 ? [`"${flow}" names no page`] : [];
  const unserved = paths.filter((path) => !served.includes(path)).map((path) => `"${flow}": no page is served at ${path}`);
  const missing = tests.split('<br>').flatMap((part) => {
    const test = parseTest(part);
    const isThere = test?.file.startsWith('end2end/tests/') && findTest(test);
    return isThere ? [] : [`"${flow}": there is no browser test ${part}`];
  });
  return [...noPage, ...unserved, ...missing];
}

/** What is wrong with the tables, a line each. */
function faults() {
  const served = servedPages();
  const flows = rowsBelow(FLOW_HEAD);
  const opened = new Set(flows.flatMap(([, , begin = '', steps = '']) => pathsIn(`${begin} ${steps}`)));
  const unopened = rowsBelow(UNOPENED_HEAD).flatMap(([page, reason]) => (reason ? pathsIn(page) : []));
  const forgotten = served.filter((page) => !opened.has(page) && !unopened.includes(page)).map((page) => `no flow opens ${page}`);
  const needless = unopened.filter((page) => opened.has(page) || !served.includes(page)).map((page) => `${page} is listed as opened by no flow, but a flow opens it or it is not served`);
  return [...flows.flatMap((cells) => faultsOfFlow(cells, served)), ...forgotten, ...needless];
}

const found = faults();
for (const fault of found) console.error(`${FLOWS}: ${fault}`);
process.exit(found.length > 0 ? 1 : 0);
