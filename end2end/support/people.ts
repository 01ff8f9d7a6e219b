// People: each test registers its own, and so has a workspace of its own on the server it shares with others.

import { randomBytes } from 'node:crypto';
import { expect, type Page, request } from '@playwright/test';
import { button, fill } from './form.ts';

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** A person with a fresh email address. */
export function newPerson(name = 'Phạm Minh Hưng'): Person {
  return { name, email: `p${randomBytes(6).toString('hex')}@example.com`, password: 'cà phê sữa đá' };
}

/** Registers through the form and arrives at the first page. */
export async function register(page: Page, person: Person = newPerson()): Promise<Person> {
  await page.goto('/register');
  await fillRegistration(page, person);
  await button(page, 'Create account').click();
  await expect(page).toHaveURL('/companies');
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

/** Does something as this person in another browser. It stands for whoever else is in the workspace: until somebody can be invited, nobody is. */
export async function meanwhile(page: Page, person: Person, act: (other: Pick<Page, 'request'>) => Promise<unknown>): Promise<void> {
  const other = await elsewhere(page, person);
  await act(other);
  await other.close();
}
