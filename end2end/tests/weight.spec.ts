// What a page costs whoever opens it for the first time, and when the rest is fetched.

import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { postCompany } from '../support/companies.ts';
import { register } from '../support/people.ts';

/** Bytes on the wire of a page with nothing cached. */
const BUDGET = 160_000;
/** Bytes of the islands' code, script and WebAssembly, compressed by brotli. */
const CODE_BUDGET = 124_000;

test.describe('the first page @once', () => {
  test.use({ simulateFirstInput: false });

  for (const path of ['/companies', '/deals', '/companies/new']) {
    test(`${path} is whole within its budget, without the islands' code`, async ({ page, context }) => {
      await register(page);
      await postCompany(page, { name: 'Công ty Đường Việt' });
      const cdp = await context.newCDPSession(page);
      await cdp.send('Network.enable');
      await cdp.send('Network.clearBrowserCache');
      const files: string[] = [];
      let bytes = 0;
      cdp.on('Network.responseReceived', ({ response }) => files.push(new URL(response.url).pathname));
      cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
      await page.goto(path, { waitUntil: 'networkidle' });
      expect(files).toContain(path);
      expect(files.filter((file) => file.endsWith('.woff2')).length, 'fonts are part of it').toBeGreaterThan(0);
      expect(files.filter((file) => file.endsWith('.wasm'))).toEqual([]);
      expect(files.filter((file) => file === '/icons.svg'), 'the icons have one address').toHaveLength(1);
      expect(bytes).toBeLessThanOrEqual(BUDGET);
    });
  }

  test('the first sign of a person loads it, once', async ({ page }) => {
    await register(page);
    await page.goto('/companies', { waitUntil: 'networkidle' });
    const code: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('.wasm')) code.push(request.url());
    });
    await page.mouse.move(300, 300);
    await page.mouse.move(320, 320);
    await page.getByRole('main').getByRole('searchbox').focus();
    await expect.poll(() => code.length).toBe(1);
    await page.waitForLoadState('networkidle');
    expect(code).toHaveLength(1);
  });

  test('it is within its budget', async ({ page }) => {
    const code = new Set<string>();
    page.on('request', (request) => {
      if (/\.(js|wasm)$/.test(new URL(request.url()).pathname)) code.add(request.url());
    });
    await page.goto('/register', { waitUntil: 'networkidle' });
    await page.mouse.move(300, 300);
    await page.mouse.move(320, 320);
    await expect.poll(() => [...code].some((url) => url.endsWith('.wasm'))).toBe(true);
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all([...code].map((url) => compressed(page, url)));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(CODE_BUDGET);
  });
});

/** Bytes of a file as it is sent to a browser that takes brotli. */
async function compressed(page: Page, url: string): Promise<number> {
  const answer = await page.request.get(url, { headers: { 'accept-encoding': 'br' } });
  expect(answer.headers()['content-encoding'], url).toBe('br');
  return Number(answer.headers()['content-length']);
}
