// People: each test registers its own, and so has a workspace of its own on the server it shares with others.

import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect, type Page, request } from '@playwright/test';
import { button, fill } from './form.ts';
import { recordListeners, simulateFirstInput } from './islands.ts';
import type { Server } from './server.ts';

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** A person with a fresh email address. */
export function newPerson(name = 'Phạm Minh Hưng'): Person {
  return { name, email: `p${randomBytes(6).toString('hex')}@example.com`, password: 'cà phê sữa đá' };
}

/** Registers through the form, arrives at the dashboard, and goes on to the companies. */
export async function register(page: Page, person: Person = newPerson()): Promise<Person> {
  await page.goto('/register');
  await fillRegistration(page, person);
  await button(page, 'Create account').click();
  await expect(page).toHaveURL('/');
  await page.goto('/companies');
  return person;
}

export async function fillRegistration(page: Page, person: Person): Promise<void> {
  await fill(page, { Name: person.name, Email: person.email, Password: person.password, 'Password again': person.password });
}

/** Signs in through the form, wherever the page is. */
export async function fillSignIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await fill(page, { Email: email, Password: password });
  await button(page, 'Sign in').click();
}

/** Signs out by the user menu. */
export async function signOut(page: Page, person: Person): Promise<void> {
  await button(page, `Account of ${person.name}`).click();
  await button(page, 'Sign out').click();
  await expect(page).toHaveURL(/\/login$/);
}

/** This person in another browser, with a session of its own, by requests alone: no page is drawn there. */
async function elsewhere(page: Page, { email, password }: Person): Promise<Pick<Page, 'request'> & { close(): Promise<void> }> {
  const other = await request.newContext({ baseURL: new URL(page.url()).origin, extraHTTPHeaders: { 'sec-fetch-site': 'same-origin' } });
  const answer = await other.post('/login', { form: { email, password, next: '' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return { request: other, close: () => other.dispose() };
}

/** This person in a second browser, with a session of its own, at the companies. */
export async function secondBrowser(page: Page, person: Person, javaScriptEnabled: boolean): Promise<Page> {
  const context = await page.context().browser()!.newContext({ baseURL: new URL(page.url()).origin, javaScriptEnabled });
  await recordListeners(context);
  await simulateFirstInput(context);
  const other = await context.newPage();
  await other.goto('/login');
  await fillSignIn(other, person);
  await expect(other).toHaveURL('/');
  await other.goto('/companies');
  return other;
}

/** Does something as this person in another browser. */
export async function meanwhile(page: Page, person: Person, act: (other: Pick<Page, 'request'>) => Promise<unknown>): Promise<void> {
  const other = await elsewhere(page, person);
  await act(other);
  await other.close();
}

/** A browser without pages, by requests alone. */
export async function browser(page: Page): Promise<APIRequestContext> {
  const baseURL = new URL(page.url()).origin;
  return request.newContext({ baseURL, extraHTTPHeaders: { 'sec-fetch-site': 'same-origin' } });
}

async function send(by: APIRequestContext, path: string, form: Record<string, string>): Promise<string> {
  const answer = await by.post(path, { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  expect(answer.status(), `${path}: ${await answer.text()}`).toBe(303);
  return answer.headers()['location'] ?? '';
}

/** Registers somebody else, with a workspace of their own. The first of a server is its platform admin. */
export async function registerElsewhere(page: Page, person: Person = newPerson('Trần Văn Bình')): Promise<APIRequestContext> {
  const other = await browser(page);
  const { name, email, password } = person;
  await send(other, '/register', { name, email, password, password_confirmation: password, next: '' });
  return other;
}

/** Makes a person a platform admin, by the request of one whom the operator made. */
export async function makePlatformAdmin(page: Page, server: Server, { email }: Person): Promise<void> {
  const admin = newPerson('Quản Trị');
  await server.createAdmin(admin);
  await meanwhile(page, admin, async ({ request }) => {
    const list = await (await request.get(`/admin/users?q=${encodeURIComponent(email)}`)).text();
    const user = /\/admin\/users\/[0-9a-f-]{36}/.exec(list)?.[0];
    expect(user, list).toBeTruthy();
    const answer = await request.post(`${user}/make-admin`, { maxRedirects: 0 });
    expect(answer.status()).toBe(303);
  });
}

/** Signs in as a platform admin whom the operator made, and goes on to the companies. */
export async function signInAsAdmin(page: Page, server: Server): Promise<Person> {
  const admin = newPerson('Quản Trị');
  await server.createAdmin(admin);
  await page.goto('/login');
  await fillSignIn(page, admin);
  await expect(page).toHaveURL('/');
  await page.goto('/companies');
  return admin;
}

/** Invites an address to the workspace of this browser. Gives the path of the link. */
export async function invite(by: APIRequestContext, email: string, role: 'viewer' | 'member' | 'admin'): Promise<string> {
  const shown = await send(by, '/settings/members/invite', { email, role });
  return `/invitation?token=${shown.split('token=')[1] ?? ''}`;
}

/** Invites a new person to the workspace of this page, who joins it in another browser. */
export async function joined(
  page: Page,
  role: 'viewer' | 'member' | 'admin',
  person: Person = newPerson('Nguyễn Thị Lan'),
): Promise<{ person: Person; other: APIRequestContext }> {
  const token = (await invite(page.request, person.email, role)).split('token=')[1] ?? '';
  const other = await browser(page);
  const { name, password } = person;
  await send(other, '/invitation/register', { token, name, password, password_confirmation: password });
  return { person, other };
}
