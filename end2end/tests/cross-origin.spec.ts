// A page of another site can't change anything here, whatever the person's browser sends along.

import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addCompany, row } from '../support/companies.ts';
import { register } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

let evil: HttpServer;
let evilUrl: string;
let html = '';

test.beforeAll(async () => {
  evil = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>evil</title><link rel="icon" href="data:,">${html}`));
  await new Promise<void>((listening) => evil.listen(0, '127.0.0.1', listening));
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
  evil.closeAllConnections();
  await new Promise((closed) => evil.close(closed));
});

/** A form another site shows, aimed at ours. */
function form(action: string, fields: Record<string, string>, enctype = 'application/x-www-form-urlencoded'): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${action}" enctype="${enctype}">${inputs.join('')}<button>Win</button></form>`;
}

test('a form of another origin writes nothing', async ({ page, baseURL, expectedMessages }) => {
  expectedMessages.push(/40[0-9]/);
  await register(page);
  const company = await addCompany(page, { Name: 'Unharmed' });
  // Another port is another origin, but the same site: the cookie is sent along, and only our own check stands in the way.
  const attempts: [string, Record<string, string>, string?][] = [
    ['/companies/new', { name: 'Planted', status: 'lead' }],
    ['/companies/new', { name: 'Planted', status: 'lead' }, 'multipart/form-data'],
    ['/companies/new', { name: 'Planted', status: 'lead' }, 'text/plain'],
    [`${company}/delete`, { version: '1' }],
    [`${company}/edit`, { name: 'Defaced', version: '1' }],
    ['/logout', {}],
    ['/login', { email: 'evil@example.com', password: 'whatever it is', next: '' }],
    ['/fn/deals/move', { form: '{}' }, 'text/plain'],
  ];
  for (const [path, fields, enctype] of attempts) {
    html = form(baseURL + path, fields, enctype);
    await page.goto(evilUrl);
    const [answer] = await Promise.all([page.waitForResponse((response) => response.url() === baseURL + path), page.getByRole('button').click()]);
    expect(answer.request().method()).toBe('POST');
    expect(answer.status(), `${path} ${enctype ?? ''}`).toBe(403);
  }
  await page.goto('/companies');
  await expect(row(page, 'Unharmed')).toBeVisible();
  await expect(page.getByRole('main').locator('tbody').getByRole('row')).toHaveCount(1);
});

test('a script of another origin writes nothing and reads nothing', async ({ page, baseURL, expectedMessages }) => {
  expectedMessages.push(/CORS|blocked|Failed to load|40[0-9]|ERR_FAILED|ERR_BLOCKED/);
  await register(page);
  await page.goto(evilUrl);
  const results = await page.evaluate(async (base) => {
    const tries: [string, RequestInit][] = [
      ['/companies', {}],
      ['/companies/new', { method: 'POST', body: new URLSearchParams({ name: 'Planted', status: 'lead' }) }],
      ['/companies/new', { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ name: 'Planted', status: 'lead' }) }],
      ['/fn/deals/move', { method: 'POST', mode: 'no-cors', body: '{}', headers: { 'content-type': 'text/plain' } }],
      ['/fn/deals/move', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
    ];
    const seen: string[] = [];
    for (const [path, init] of tries) {
      const answer = await fetch(base + path, { credentials: 'include', ...init }).catch(() => undefined);
      seen.push(answer ? await answer.text() : '');
    }
    return seen;
  }, baseURL!);
  expect(results.join('')).toBe('');
  await page.goto('/companies');
  await expect(page.getByRole('main')).toContainText('No companies yet');
});

test('a page of ours is not shown in a frame of another site', async ({ page, baseURL, expectedMessages }) => {
  expectedMessages.push(/frame-ancestors|frame|ERR_BLOCKED|policy violation/i);
  await register(page);
  html = `<iframe src="${baseURL}/companies" title="ours"></iframe>`;
  await page.goto(evilUrl);
  const frame = page.frames()[1];
  await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
});
