// The `test` of every spec: one server per worker, and a page that fails its test on a browser error.

import { test as base } from '@playwright/test';
import type { Kind } from './databases.ts';
import { recordListeners, simulateFirstInput as sendFirstInput } from './islands.ts';
import { MailServer } from './mail.ts';
import { Server } from './server.ts';
import { watch } from './watch.ts';

export { expect } from '@playwright/test';
export type { Locator, Page } from '@playwright/test';

export interface Options {
  /** The database the server runs on; set by the project. */
  database: Kind;
  /** Whether the server sends mail; set by a file with `test.use`. */
  sendsMail: boolean;
}

interface WorkerFixtures {
  /** Where the server's mail arrives, of a file whose server sends any. */
  mailServer: MailServer | undefined;
  server: Server;
}

interface Fixtures {
  /** Console messages a test brings about on purpose, such as the one of a page that isn't there. */
  expectedMessages: RegExp[];
  /** Whether each page gets a pointer event once it is parsed: the islands' code loads at the first input. Default true. */
  simulateFirstInput: boolean;
  /** Where the server's mail arrives. */
  mail: MailServer;
  failOnBrowserErrors: undefined;
  serverLog: undefined;
}

export const test = base.extend<Fixtures, Options & WorkerFixtures>({
  database: ['sqlite', { option: true, scope: 'worker' }],

  sendsMail: [false, { option: true, scope: 'worker' }],

  mailServer: [
    async ({ sendsMail }, use) => {
      const mailServer = sendsMail ? await MailServer.start() : undefined;
      await use(mailServer);
      mailServer?.stop();
    },
    { scope: 'worker' },
  ],

  mail: async ({ mailServer }, use) => {
    if (!mailServer) throw new Error('this file needs test.use({ sendsMail: true })');
    await use(mailServer);
  },

  server: [
    async ({ database, mailServer }, use) => {
      const server = await Server.start(database, mailServer?.url);
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

  simulateFirstInput: [true, { option: true }],

  // Covers every page of the test's browser context, also those the test opens itself.
  failOnBrowserErrors: [
    async ({ context, javaScriptEnabled, expectedMessages, simulateFirstInput }, use) => {
      const browserErrors: string[] = [];
      await recordListeners(context);
      if (simulateFirstInput) await sendFirstInput(context);
      await watch(context, javaScriptEnabled, browserErrors);
      await use(undefined);
      const unexpected = browserErrors.filter((text) => !expectedMessages.some((expected) => expected.test(text)));
      if (unexpected.length > 0) throw new Error(`errors in the browser:\n${unexpected.join('\n')}`);
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
