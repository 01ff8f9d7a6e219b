// Settings of a person and of the workspace: saved, refused, the same in another browser.

import { expectAccessible } from '../support/axe.ts';
import { expectNotice, postCompany } from '../support/companies.ts';
import { postDeal } from '../support/deals.ts';
import { button, expectError, field, fill, link, sendUnchecked } from '../support/form.ts';
import { formReady, formsReady } from '../support/islands.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { fillSignIn, invite, newPerson, register, registerElsewhere, secondBrowser } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

/** How light the page's background is: 0 for black, 1 for white. */
async function lightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const pixel = document.createElement('canvas').getContext('2d')!;
    pixel.fillStyle = getComputedStyle(document.body).backgroundColor;
    pixel.fillRect(0, 0, 1, 1);
    return pixel.getImageData(0, 0, 1, 1).data[1]! / 255;
  });
}

async function sidebarWidth(page: Page): Promise<number> {
  return (await page.getByRole('navigation', { name: 'Main' }).boundingBox())!.width;
}

async function savePreferences(page: Page, values: Record<string, string>): Promise<void> {
  await page.goto('/settings/preferences');
  await fill(page, values);
  await button(page, 'Save preferences').click();
  await expectNotice(page, 'Preferences saved');
}

withAndWithoutJavaScript((javaScript) => {
  test('a new name is everywhere at once', async ({ page }) => {
    await register(page);
    await button(page, 'Account of Phạm Minh Hưng').click();
    await link(page, 'Your settings').click();
    await expect(page).toHaveURL('/settings/profile');
    await formReady(page, javaScript);
    await fill(page, { Name: 'Nguyễn Thị Hồng'.normalize('NFD') });
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await expect(button(page, 'Account of Nguyễn Thị Hồng')).toBeVisible();
    await fill(page, { Name: ' ' });
    await sendUnchecked(page, 'Save changes');
    await expectError(page, 'Name', 'Write your name');
    await expect(button(page, 'Account of Nguyễn Thị Hồng')).toBeVisible();
  });

  test('a theme is the account’s, whatever the system’s is', async ({ page }) => {
    const person = await register(page);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await lightness(page)).toBeGreaterThan(0.9);
    await savePreferences(page, { Theme: 'Dark' });
    expect(await lightness(page)).toBeLessThan(0.3);
    // In the document itself: nothing flashes before a script could run.
    expect(await (await page.request.get('/companies')).text()).toContain('<html lang="en" data-theme="dark"');
    const other = await secondBrowser(page, person, javaScript);
    expect(await lightness(other)).toBeLessThan(0.3);

    await other.emulateMedia({ colorScheme: 'dark' });
    await savePreferences(other, { Theme: 'Light' });
    expect(await lightness(other)).toBeGreaterThan(0.9);
    await page.reload();
    expect(await lightness(page)).toBeGreaterThan(0.9);
    await savePreferences(page, { Theme: 'As the system' });
    await other.goto('/companies');
    expect(await lightness(other)).toBeLessThan(0.3);
    await other.context().close();
  });

  test('the other preferences survive another device', async ({ page }) => {
    const person = await register(page);
    await page.goto('/settings/preferences');
    await expect(field(page, 'Time zone of what is sent to you').getByRole('option').nth(1)).toHaveText(/^Asia\/Ho Chi Minh/);
    await field(page, 'Time zone of what is sent to you').selectOption('Asia/Tokyo');
    await fill(page, { 'CSV separator': 'Tab' });
    await page.getByLabel('Shortcuts by single keys').uncheck();
    await button(page, 'Save preferences').click();
    await expectNotice(page, 'Preferences saved');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto('/settings/preferences');
    await expect(field(other, 'Time zone of what is sent to you')).toHaveValue('Asia/Tokyo');
    await expect(field(other, 'CSV separator')).toHaveValue('tab');
    await expect(other.getByLabel('Shortcuts by single keys')).not.toBeChecked();
    await other.context().close();
  });

  test('a folded sidebar stays so, on another device too', async ({ page }) => {
    const person = await register(page);
    if (javaScript) {
      await formsReady(page);
      const kept = page.waitForResponse((response) => response.url().endsWith('/fn/account/fold-sidebar'));
      await page.getByRole('checkbox', { name: 'Collapse sidebar' }).press('Space');
      expect((await kept).status()).toBe(200);
    } else {
      await page.goto('/settings/preferences');
      await button(page, 'Collapse sidebar').click();
      await expectNotice(page, 'The sidebar is collapsed');
    }
    await page.goto('/deals');
    expect(await sidebarWidth(page)).toBeLessThan(60);
    const other = await secondBrowser(page, person, javaScript);
    expect(await sidebarWidth(other)).toBeLessThan(60);
    await other.goto('/settings/preferences');
    await button(other, 'Expand sidebar').click();
    await expectNotice(other, 'The sidebar is expanded');
    await page.goto('/companies');
    expect(await sidebarWidth(page)).toBeGreaterThan(200);
    await other.context().close();
  });

  test('a new password signs the other browser out, and this one goes on', async ({ page }) => {
    const person = await register(page);
    const other = await secondBrowser(page, person, javaScript);
    const change = async (current: string, password: string, again: string) => {
      await page.goto('/settings/password');
      await formsReady(page, javaScript);
      await fill(page, { 'Current password': current, 'New password': password, 'New password again': again });
      await button(page, 'Change password').click();
    };
    await change(person.password, 'bánh mì chấm sữa', 'bánh mì chấm sữa');
    await expectNotice(page, /^Your password was changed/);
    await expect(field(page, 'Current password')).toHaveValue('');
    await other.goto('/companies');
    await expect(other).toHaveURL(/\/login/);
    await fillSignIn(other, { ...person, password: 'bánh mì chấm sữa' });
    await expect(other).toHaveURL('/companies');
    await page.goto('/companies');
    await expect(page).toHaveURL('/companies');
    await other.context().close();
  });

  test.describe('a refused password', () => {
    test.use({ expectedMessages: [/status of 422/] });

    test('says what is wrong at the field', async ({ page }) => {
      const person = await register(page);
      for (const [current, password, again, label, message] of [
        ['something else', 'bánh mì chấm sữa', 'bánh mì chấm sữa', 'Current password', 'This is not your current password'],
        [person.password, 'password1', 'password1', 'New password', /guess/],
        [person.password, person.password, person.password, 'New password', /already/],
        [person.password, 'bánh mì chấm sữa', 'bánh mì', 'New password again', 'Type the same password again'],
      ] as const) {
        await page.goto('/settings/password');
        await formsReady(page, javaScript);
        await fill(page, { 'Current password': current, 'New password': password, 'New password again': again });
        await button(page, 'Change password').click();
        await expectError(page, label, message);
      }
      const other = await secondBrowser(page, person, javaScript);
      await other.context().close();
    });
  });

  test('sessions are named, and one or all others end', async ({ page }) => {
    const person = await register(page);
    const others = [await secondBrowser(page, person, javaScript), await secondBrowser(page, person, javaScript), await secondBrowser(page, person, javaScript)] as const;
    await page.goto('/settings/sessions');
    await formsReady(page, javaScript);
    const sessions = page.getByRole('region', { name: 'Sessions' }).getByRole('listitem');
    await expect(sessions).toHaveCount(4);
    await expect(sessions.first()).toContainText('This browser');
    await expect(sessions.first()).toContainText(/Chrome on /);
    await expect(sessions.first().getByRole('button')).toHaveCount(0);
    await sessions.nth(1).getByRole('button').click();
    await expectNotice(page, 'That browser is signed out');
    await expect(sessions).toHaveCount(3);
    const signedOut = async () => {
      let out = 0;
      for (const other of others) {
        await other.goto('/companies');
        if (other.url().includes('/login')) out += 1;
      }
      return out;
    };
    expect(await signedOut()).toBe(1);
    await link(page, 'Sign out all others').click();
    await expect(page.getByRole('main')).toContainText('2 other browsers must sign in again');
    await link(page, 'Cancel').click();
    await expect(sessions).toHaveCount(3);
    await link(page, 'Sign out all others').click();
    await formsReady(page, javaScript);
    await button(page, 'Sign out the others').click();
    await expectNotice(page, 'Signed out: 2 other browsers');
    await expect(sessions).toHaveCount(1);
    expect(await signedOut()).toBe(3);
    await expect(page.getByRole('list', { name: 'Sign-ins' }).getByRole('listitem')).toHaveCount(4);
    for (const other of others) await other.context().close();
  });

  test('an owner names the workspace and sets its zone; the currency is fixed by the first value', async ({ page }) => {
    await register(page);
    await page.goto('/settings/workspace');
    await link(page, 'Edit').click();
    await expect(page).toHaveURL('/settings/workspace/edit');
    await fill(page, { Name: 'Ánh Dương', Currency: 'USD, US dollar' });
    await field(page, 'Time zone').selectOption('Asia/Tokyo');
    await button(page, 'Save changes').click();
    await expectNotice(page, 'Changes saved');
    await expect(page.getByRole('complementary', { name: 'Sidebar' }).first()).toContainText('Ánh Dương');
    for (const words of ['Ánh Dương', 'USD', 'Asia/Tokyo']) await expect(page.getByRole('main')).toContainText(words);

    await page.goto('/settings/workspace/edit');
    await fill(page, { Name: '' });
    await sendUnchecked(page, 'Save changes');
    await expectError(page, 'Name', /^Write the workspace/);

    const company = await postCompany(page, { name: 'Bình Minh' });
    await postDeal(page, { name: 'Xe tải', company, value: '100' });
    await page.goto('/settings/workspace/edit');
    await expect(field(page, 'Currency').getByRole('option')).toHaveCount(1);
    await expect(field(page, 'Currency')).toHaveAccessibleDescription(/can’t be changed/);
    await page.goto('/deals?view=list');
    await expect(page.getByRole('main')).toContainText('100\u00a0$');
  });
});

withAndWithoutJavaScript((javaScript) => {
  test('without a mail server a new address is taken at once', async ({ page }) => {
    const person = await register(page);
    const other = await secondBrowser(page, person, javaScript);
    await page.goto('/settings/profile');
    await link(page.getByRole('main'), 'Change').click();
    await expect(page).toHaveURL('/settings/email');
    await formsReady(page, javaScript);
    await expect(page.getByRole('main')).toContainText('This server sends no mail');
    const email = newPerson().email;
    await fill(page, { 'New address': email, 'Current password': person.password });
    await button(page, 'Change address').click();
    await expectNotice(page, /^Your address was changed/);
    await expect(page.getByRole('region', { name: 'Present address' })).toContainText(`${email} Not confirmed`);
    await other.goto('/companies');
    await fillSignIn(other, { ...person, email });
    await expect(other).toHaveURL('/companies');
    await other.context().close();
  });

  test('without a mail server a forgotten password is the administrator’s to help with', async ({ page }) => {
    await page.goto('/login');
    await link(page, 'Forgot your password?').click();
    await expect(page.getByRole('main')).toContainText('Ask the person who runs it');
    await expect(page.getByRole('textbox')).toHaveCount(0);
    await link(page, 'Back to sign-in').click();
    await expect(page).toHaveURL('/login');
  });
});

withAndWithoutJavaScript(() => {
  test('an account is deleted by its password, and its records stay under “Former member”', async ({ page, expectedMessages }) => {
    expectedMessages.push(/status of 422/);
    await page.goto('/login');
    // The first account of a server, its only platform admin, is never deleted: somebody else's.
    const owner = await registerElsewhere(page);
    const person = await register(page, newPerson('Lê Thị Hoa'));
    await page.goto(await invite(owner, person.email, 'member'));
    await button(page, 'Join workspace').click();
    await expectNotice(page, /^You are in/);
    const company = await postCompany(page, { name: 'Ánh Dương' });
    await page.goto('/settings/profile');
    await link(page, 'Delete your account').click();
    const workspace = 'What becomes of Lê Thị Hoa’s workspace';
    await fill(page, { [workspace]: 'It ends, for everybody', 'Your password': 'something else' });
    await button(page, 'Delete account').click();
    await expectError(page, 'Your password', 'This is not your current password');
    await expect(field(page, workspace)).toHaveValue('end');
    await fill(page, { 'Your password': person.password });
    await button(page, 'Delete account').click();
    await expect(page).toHaveURL(/\/login$/);
    await fillSignIn(page, person);
    await expectError(page, 'Password', 'Email and password do not match.');
    const seen = await (await owner.get(company)).text();
    expect(seen).toContain('Former member');
    expect(seen).not.toContain(person.name);
  });
});

test('the key L logs an activity unless shortcuts are off', async ({ page }) => {
  await register(page);
  await page.goto('/companies');
  await formsReady(page);
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.goto('/settings/preferences');
  await expect(link(page, 'Log')).toHaveAttribute('title', 'Log activity (L)');
  await page.getByLabel('Shortcuts by single keys').uncheck();
  await button(page, 'Save preferences').click();
  await expectNotice(page, 'Preferences saved');
  await expect(link(page, 'Log')).toHaveAttribute('title', 'Log activity');
  await page.goto('/companies');
  await formsReady(page);
  await page.keyboard.press('l');
  // What a click opens comes, and it is the one dialog.
  await link(page, 'Log').click();
  await expect(page.getByRole('dialog')).toHaveCount(1);
});

test('axe finds nothing on a page of the settings, whatever its width @once', async ({ page }) => {
  test.slow();
  const person = await register(page, newPerson('Công Tằng Tôn Nữ '.repeat(10).trim()));
  const other = await secondBrowser(page, person, true);
  for (const path of ['/settings/profile', '/settings/preferences', '/settings/email', '/settings/password', '/settings/sessions', '/settings/sessions/end-others', '/settings/workspace', '/settings/workspace/edit']) {
    await page.goto(path);
    await forEachThemeAndWidth(page, async () => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  }
  await other.context().close();
});
