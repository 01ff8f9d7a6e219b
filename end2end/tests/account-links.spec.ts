// A forgotten password, an unconfirmed address, a new one: by links from real mail.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice } from '../support/companies.ts';
import { button, expectError, field, fill, link } from '../support/form.ts';
import { formReady, formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { fillSignIn, newPerson, register, signOut } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

test.use({ sendsMail: true });

const NEW_PASSWORD = 'trà đá vỉa hè';

async function askForLink(page: Page, email: string): Promise<void> {
  await page.goto('/login');
  await link(page, 'Forgot your password?').click();
  await fill(page, { Email: email });
  await button(page, 'Send link').click();
  await expect(page).toHaveURL('/forgot-password/sent');
}

async function choosePassword(page: Page, password: string, again = password): Promise<void> {
  await fill(page, { 'New password': password, 'New password again': again });
  await button(page, 'Save password').click();
}

/** This browser's page in another browser without its cookies. */
async function otherBrowser(page: Page, javaScriptEnabled: boolean): Promise<Page> {
  const context = await page.context().browser()!.newContext({ baseURL: new URL(page.url()).origin, javaScriptEnabled });
  return context.newPage();
}

withAndWithoutJavaScript((javaScript) => {
  test.describe('a forgotten password', () => {
    // A refused form is its own page again.
    test.use({ expectedMessages: [/status of 422/] });

    test('is chosen anew by a link, once', async ({ page, mail }) => {
      const person = await register(page);
      const other = await otherBrowser(page, javaScript);
      await other.goto('/login');
      await fillSignIn(other, person);
      await expect(other).toHaveURL('/');
      await signOut(page, person);
      await askForLink(page, person.email.toUpperCase());
      const path = await mail.link(person.email, 'Choose a new password');
      await page.goto(path);
      await formReady(page, javaScript);
      await choosePassword(page, 'short');
      await expectError(page, 'New password', /Use at least 8 characters/);
      await choosePassword(page, NEW_PASSWORD, 'another');
      await expectError(page, 'New password again', 'Type the same password again');
      await choosePassword(page, NEW_PASSWORD);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your new password is saved');
      await other.goto('/companies');
      await expect(other).toHaveURL(/\/login/);
      await other.context().close();
      await mail.text(person.email, 'Your password was changed');

      await page.goto(path);
      await expect(page.getByRole('alert')).toHaveText('This link was used already. Each works once.');
      await link(page, 'Ask for a new link').click();
      await expect(page).toHaveURL('/forgot-password');
      await page.goto('/login');
      await fillSignIn(page, { email: person.email, password: NEW_PASSWORD });
      await expect(page).toHaveURL('/');
    });

    test('an address without an account gets the same page and no mail', async ({ page, mail }) => {
      const person = await register(page);
      await signOut(page, person);
      const nobody = newPerson().email;
      await page.goto('/forgot-password');
      await formReady(page, javaScript);
      await fill(page, { Email: 'no address' });
      await button(page, 'Send link').click();
      await expectError(page, 'Email', 'Write an address such as name@example.com');
      await expect(field(page, 'Email')).toHaveValue('no address');
      await askForLink(page, nobody);
      const shown = await page.getByRole('main').innerHTML();
      await askForLink(page, person.email);
      expect(await page.getByRole('main').innerHTML()).toBe(shown);
      await mail.link(person.email, 'Choose a new password');
      expect(mail.subjects(nobody)).toEqual([]);
    });

    test('a link of another account says so', async ({ page, mail }) => {
      const person = await register(page);
      const other = await otherBrowser(page, javaScript);
      await register(other);
      await page.goto('/forgot-password');
      await fill(page, { Email: person.email });
      await button(page, 'Send link').click();
      await other.goto(await mail.link(person.email, 'Choose a new password'));
      await expect(other.getByRole('alert')).toContainText('belongs to another account');
      await button(other, 'Sign out').click();
      await expect(other).toHaveURL(/\/login$/);
      await other.context().close();
    });
  });

  test('an address is confirmed by the newest link', async ({ page, mail }) => {
    const person = await register(page);
    const first = await mail.link(person.email, 'Confirm your address');
    await page.goto('/settings/email');
    await formsReady(page, javaScript);
    await expect(page.getByRole('region', { name: 'Present address' })).toContainText('Not confirmed');
    await button(page, 'Send the link again').click();
    await expectNotice(page, 'A link was sent to your address');
    const second = await mail.link(person.email, 'Confirm your address', 2);
    await page.goto(first);
    await expect(page.getByRole('alert')).toContainText('a newer one was sent');
    await page.goto(second);
    await button(page, 'Confirm address').click();
    await expectNotice(page, 'Your address is confirmed');
    await expect(page.getByRole('region', { name: 'Present address' })).toContainText(/\bConfirmed/);
    await expect(button(page, 'Send the link again')).toHaveCount(0);
  });

  test('signed out, too', async ({ page, mail }) => {
    const person = await register(page);
    const other = await otherBrowser(page, javaScript);
    await other.goto(await mail.link(person.email, 'Confirm your address'));
    await button(other, 'Confirm address').click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Your address is confirmed');
    await other.context().close();
  });

  test('a new address holds once it is confirmed, and the old one is told', async ({ page, mail }) => {
    const person = await register(page);
    const other = await otherBrowser(page, javaScript);
    await other.goto('/login');
    await fillSignIn(other, person);
    await expect(other).toHaveURL('/');
    const email = newPerson().email;
    await page.goto('/settings/email');
    await formsReady(page, javaScript);
    await fill(page, { 'New address': email, 'Current password': 'something else' });
    await button(page, 'Change address').click();
    await expectError(page, 'Current password', 'This is not your current password');
    await expect(field(page, 'New address')).toHaveValue(email);
    await fill(page, { 'Current password': person.password });
    await button(page, 'Change address').click();
    await expectNotice(page, /^A link was sent to the new address/);
    await expect(page.getByRole('region', { name: 'Present address' })).toContainText(`Waiting for confirmation: ${email}`);
    expect(await mail.text(person.email, 'A change of your address was asked for')).toContain(email);
    await page.goto(await mail.link(email, 'Confirm your new address'));
    await button(page, 'Confirm address').click();
    await expectNotice(page, /^Your address was changed/);
    await expect(page.getByRole('region', { name: 'Present address' })).toContainText(email);
    await mail.text(person.email, 'Your address was changed');
    await other.goto('/companies');
    await expect(other).toHaveURL(/\/login/);
    await fillSignIn(other, { ...person, email });
    await expect(other).toHaveURL('/companies');
    await other.context().close();
  });
});

test('no request of a link’s page carries its token as Referer @once', async ({ page, mail }) => {
  const person = await register(page);
  const path = await mail.link(person.email, 'Confirm your address');
  const referrers: string[] = [];
  page.on('request', async (request) => {
    referrers.push((await request.allHeaders())['referer'] ?? '');
  });
  await page.goto(path);
  await button(page, 'Confirm address').click();
  await expectNotice(page, 'Your address is confirmed');
  expect(referrers.length).toBeGreaterThan(2);
  expect(referrers.filter((referrer) => referrer.includes('token'))).toEqual([]);
});

test('axe finds nothing on the pages of links, whatever their width @once', async ({ page, mail }) => {
  test.slow();
  const person = await register(page);
  const confirm = await mail.link(person.email, 'Confirm your address');
  const look = () =>
    forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  for (const path of ['/settings/email', confirm]) {
    await page.goto(path);
    await look();
  }
  await page.context().clearCookies();
  await askForLink(page, person.email);
  await look();
  const reset = await mail.link(person.email, 'Choose a new password');
  for (const path of ['/forgot-password', reset, '/reset-password?token=x', '/confirm-email?token=x', '/reset-password/done', '/confirm-email/done']) {
    await page.goto(path);
    await look();
  }
});
