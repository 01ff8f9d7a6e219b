// The browser tests: the real binary, a real browser, both databases.
// MINICRM_BIN names the binary, TEST_DATABASE_URL a PostgreSQL server on which databases may be made; `make test` sets both.

import { defineConfig, devices } from '@playwright/test';
import type { Options } from './support/test.ts';
import { required } from './support/environment.ts';
import { chromium } from './support/chromium.ts';

// Said once, before anything starts, rather than by every test.
required('MINICRM_BIN');
if (!process.env['SCREENSHOTS']) required('TEST_DATABASE_URL');

/** What does not depend on the database runs on one: layout, looks, escaping, accessibility. */
const ONCE = /@once/;

/** Files about what the browser does with forms, and about pages of which everything but the browser's part is tested on both databases
 * in `server/tests`, in the file of the same name. On PostgreSQL `every-form` goes the main way of each of them. */
const ON_SQLITE = [
  /(bad-input|cross-origin|custom-fields|drafts|form-dialog|forms-in-place|removed|search-box|tags-settings)\.spec\.ts/,
  /(account-links|administration|archive|audit|erasure|first-steps|invitations|members|palette|settings|shell|sign-in|team|workspaces)\.spec\.ts/,
];

/** What is timed: it runs after everything else, with the machine to itself. */
const ALONE = /@alone/;

/** What only PostgreSQL can do: one database for several server processes. */
const POSTGRES = /@postgres/;

export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 2,
  // Tests of one file share a server, so they run one after another; files run beside each other.
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.stdout.isTTY ? 'line' : 'list',
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Asia/Ho_Chi_Minh',
    launchOptions: chromium(),
    // Without motion there is nothing to wait for, and no page transition that the next step of a test cuts off.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace copies the page at every step, which takes a quarter of a run's time: TRACE=1 keeps those of what failed.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    // Waiting is bounded, so that a missing button fails its own line and not the whole test.
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
  },
  // By `npm run screenshots`: no test, but pictures of the pages.
  projects: process.env['SCREENSHOTS']
    ? [{ name: 'screenshots', testDir: 'screenshots', use: { database: 'sqlite' } }]
    : [
        { name: 'sqlite', use: { database: 'sqlite' }, grepInvert: [POSTGRES, ALONE] },
        { name: 'postgres', use: { database: 'postgres' }, testIgnore: ON_SQLITE, grepInvert: [ONCE, ALONE] },
        { name: 'alone', use: { database: 'sqlite' }, grep: ALONE, workers: 1, dependencies: ['sqlite', 'postgres'] },
      ],
});
