// What must never happen in a browser showing our pages: an exception, an error in the console, a dialog, something the
// content security policy had to stop.

import type { BrowserContext, Page } from '@playwright/test';

/** Collects the errors of every page of the context, one line each. */
export async function watch(context: BrowserContext, javaScript: boolean, browserErrors: string[]): Promise<void> {
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  const attach = (page: Page): void => {
    page.on('console', (message) => {
      // A function that refuses its form, or finds the record changed, says so by its status, and Chromium notes every such answer.
      const refused = message.location().url.includes('/fn/') && /status of (409|422) /.test(message.text());
      if (message.type() === 'error' && !refused) browserErrors.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => browserErrors.push(`exception: ${error.message}`));
    page.on('dialog', async (dialog) => {
      browserErrors.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('requestfailed', (request) => {
      // A page left while it loads breaks its requests off; that is no fault.
      const why = request.failure()?.errorText ?? '';
      // Where scripts are switched off the browser refuses to fetch them ahead, and calls it policy.
      const switchedOff = !javaScript && why === 'csp' && request.resourceType() === 'script';
      if (why !== 'net::ERR_ABORTED' && !switchedOff) browserErrors.push(`request: ${request.url()} ${why}`);
    });
  };
  context.pages().forEach(attach);
  context.on('page', attach);
}
