// `test` as every file here uses it: a server of its own for each worker, and a page that is watched for what must never happen.

import { test as base } from '@playwright/test';
import type { Kind } from './databases.ts';
import { recordListeners } from './islands.ts';
import { Server } from './server.ts';
import { watch } from './watch.ts';

export { expect } from '@playwright/test';
export type { Locator, Page } from '@playwright/test';

export interface Options {
  /** The database the server runs on; set by the project. */
  database: Kind;
}

interface Fixtures {
  /** Console messages a test brings about on purpose, such as the one of a page that isn't there. */
  expectedMessages: RegExp[];
  /** Whether a person is there: a page loads the islands' code at the first sign of one. */
  awake: boolean;
  watched: undefined;
  serverLog: undefined;
}

export const test = base.extend<Fixtures, Options & { server: Server }>({
  database: ['sqlite', { option: true, scope: 'worker' }],

  server: [
    async ({ database }, use) => {
      const server = await Server.start(database);
      try {
        await use(server);
      } finally {
        await server.remove();
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  expectedMessages: async ({}, use) => use([]),

  awake: [true, { option: true }],

  // Every page of the test's browser context, the ones it opens itself too.
  watched: [
    async ({ context, javaScriptEnabled, expectedMessages, awake }, use) => {
      const complaints: string[] = [];
      await recordListeners(context);
      if (awake) await context.addInitScript(() => addEventListener('DOMContentLoaded', () => dispatchEvent(new Event('pointermove'))));
      await watch(context, javaScriptEnabled, complaints);
      await use(undefined);
      const unexpected = complaints.filter((text) => !expectedMessages.some((expected) => expected.test(text)));
      if (unexpected.length > 0) throw new Error(`the browser complained:\n${unexpected.join('\n')}`);
    },
    { auto: true },
  ],

  serverLog: [
    async ({ server }, use, testInfo) => {
      const before = server.log().length;
      await use(undefined);
      const written = server.log().slice(before);
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('server.log', { body: written, contentType: 'text/plain' });
      const faults = written.split('\n').filter((line) => /\bERROR\b|panicked/.test(line));
      if (faults.length > 0) throw new Error(`the server logged a fault:\n${faults.join('\n')}`);
    },
    { auto: true },
  ],
});

/** The same tests with and without JavaScript. */
export function withAndWithoutJavaScript(define: (javaScript: boolean) => void): void {
  for (const javaScript of [true, false]) {
    test.describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled: javaScript });
      define(javaScript);
    });
  }
}
