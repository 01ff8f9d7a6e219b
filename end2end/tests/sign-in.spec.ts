// Registering, signing in and out.

import { button, expectError, field, fill, link } from '../support/form.ts';
import { formReady, waitForListener } from '../support/islands.ts';
import { fillRegistration, fillSignIn, register, signOut, newPerson } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

withAndWithoutJavaScript((javaScript) => {
  test('registers, signs out, signs in again', async ({ page }) => {
    const person = await register(page);
    await expect(page.getByRole('heading', { name: 'Companies', level: 1 })).toBeVisible();
    await signOut(page, person);
    await page.goto('/login');
    await fillSignIn(page, person);
    await expect(page).toHaveURL('/');
    await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  });

  test('comes back to where an anonymous visitor was stopped', async ({ page }) => {
    const person = await register(page);
    await signOut(page, person);
    await page.goto('/companies?q=cong+ty&status=lead');
    await expect(page).toHaveURL(/\/login\?next=/);
    await fillSignIn(page, person);
    await expect(page).toHaveURL('/companies?q=cong+ty&status=lead');
  });

  test('a newcomer who was stopped registers and arrives there too', async ({ page }) => {
    await page.goto('/companies?status=lead');
    await link(page, 'Create an account').click();
    await fillRegistration(page, newPerson());
    await button(page, 'Create account').click();
    await expect(page).toHaveURL('/companies?status=lead');
  });

  test.describe('a refused form', () => {
    // The answer to the form is its page again.
    test.use({ expectedMessages: [/status of 422/] });

    test('a wrong password keeps the email, and the target', async ({ page }) => {
      const person = await register(page);
      await signOut(page, person);
      await page.goto('/login?next=%2Fdeals');
      await fillSignIn(page, { email: person.email, password: 'something else' });
      await expectError(page, 'Password', 'Email and password do not match.');
      await expect(field(page, 'Email')).toHaveValue(person.email);
      await expect(field(page, 'Password')).toHaveValue('');
      await fillSignIn(page, person);
      await expect(page).toHaveURL('/deals');
    });

    test('an email in use is said at the field, and the rest is kept', async ({ page }) => {
      const person = await register(page);
      await signOut(page, person);
      await page.goto('/register');
      await fillRegistration(page, { ...newPerson('Trần Thị Lan'), email: person.email.toUpperCase(), password: 'bánh mì chấm sữa' });
      await button(page, 'Create account').click();
      await expectError(page, 'Email', /already|in use|taken/i);
      await expect(field(page, 'Name')).toHaveValue('Trần Thị Lan');
      await expect(field(page, 'Email')).toHaveValue(person.email.toUpperCase());
      await expect(field(page, 'Password')).toHaveValue('');
    });

    test('every wrong field of the registration is named at once', async ({ page }) => {
      await page.goto('/register');
      await formReady(page, javaScript);
      await fill(page, { Name: ' ', Email: 'no address', Password: 'short', 'Password again': '' });
      await button(page, 'Create account').click();
      await expectError(page, 'Name', 'Write your name');
      await expectError(page, 'Email', 'Write an address such as name@example.com');
      await expectError(page, 'Password', /Use at least 8 characters/);
      await expect(field(page, 'Email')).toHaveValue('no address');
      if (javaScript) {
        await expect(field(page, 'Name')).toBeFocused();
        return;
      }
      const summary = page.getByRole('alert');
      await expect(summary.getByRole('listitem')).toHaveCount(3);
      await link(summary, 'Email').click();
      await expect(page).toHaveURL('/register#email');
    });

    test('two different passwords are refused', async ({ page }) => {
      await page.goto('/register');
      await fillRegistration(page, newPerson());
      await fill(page, { 'Password again': 'cà phê đen' });
      await button(page, 'Create account').click();
      await expectError(page, 'Password again', 'Type the same password again');
    });
  });

  test('who is signed in is sent away from the sign-in pages', async ({ page }) => {
    await register(page);
    for (const path of ['/login', '/register', '/login?next=%2Fdeals']) {
      await page.goto(path);
      await expect(page).toHaveURL('/');
    }
  });

  test('never leads to another site', async ({ page }) => {
    const person = await register(page);
    for (const target of ['https://evil.example/', '//evil.example/', '/\\evil.example']) {
      await signOut(page, person);
      await page.goto(`/login?next=${encodeURIComponent(target)}`);
      await fillSignIn(page, person);
      await expect(page).toHaveURL('/');
    }
  });

  test('after signing out the back button shows no private page', async ({ page }) => {
    const person = await register(page, newPerson('Người Bí Mật'));
    await page.goto('/deals');
    await signOut(page, person);
    await page.goBack();
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByText('Người Bí Mật')).toHaveCount(0);
  });
});

test('one session ends, the others go on', async ({ page, browser, baseURL }) => {
  const person = await register(page);
  const other = await browser.newContext({ baseURL: baseURL! });
  const elsewhere = await other.newPage();
  await elsewhere.goto('/login');
  await fillSignIn(elsewhere, person);
  await expect(elsewhere).toHaveURL('/');
  await signOut(page, person);
  await elsewhere.reload();
  await expect(elsewhere.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await other.close();
});

test('the cookies of session and device are out of reach of scripts and of other sites', async ({ page, context }) => {
  await register(page);
  const cookies = await context.cookies();
  expect(cookies.map(({ name }) => name).sort()).toEqual(['minicrm', 'minicrm-device']);
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('registration checks each field as it is left', async ({ page }) => {
  await page.goto('/register');
  await waitForListener(page, 'focusout');
  await field(page, 'Email').fill('no address');
  await field(page, 'Name').focus();
  await expectError(page, 'Email', 'Write an address such as name@example.com');
  await field(page, 'Email').fill('lan@example.com');
  await field(page, 'Name').focus();
  await expect(field(page, 'Email')).not.toHaveAttribute('aria-invalid', 'true');
});
