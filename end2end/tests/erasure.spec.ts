// Erasing the personal data of a contact: who is offered it, what it asks, and what is left to see.

import { expectAccessible } from '../support/axe.ts';
import { deleteContact, postContact, searchContacts } from '../support/contacts.ts';
import { button, fill, link } from '../support/form.ts';
import { expectNoSidewaysScroll, forEachThemeAndWidth } from '../support/layout.ts';
import { joined, register, secondBrowser } from '../support/people.ts';
import { expect, type Page, test, withAndWithoutJavaScript } from '../support/test.ts';

const NAME = 'Lê Thị Quỳnh Như';
const contact = (page: Page) => postContact(page, { name: NAME, phone: '0903 987 654', email: 'nhu@example.vn', notes: 'Thích cà phê' });

/** Opens the question by the contact's menu. */
async function ask(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('main').locator('summary[aria-label=More]').click();
  await link(page, 'Erase personal data').click();
  await expect(page).toHaveURL(`${path}/erase`);
}

withAndWithoutJavaScript((javaScript) => {
  test('the personal data of a contact is erased for good', async ({ page }) => {
    const person = await register(page);
    const path = await contact(page);
    await ask(page, path);
    await expect(page.getByRole('main')).toContainText('Nobody can undo this');
    await fill(page, { 'Name of the contact': 'Lê Thị' });
    await button(page, 'Erase personal data').click();
    await expect(page.getByRole('main')).toContainText('Type the name of the contact exactly as it is');
    await expect(page.getByLabel('Name of the contact')).toHaveValue('Lê Thị');
    await fill(page, { 'Name of the contact': NAME });
    await button(page, 'Erase personal data').click();
    await expect(page).toHaveURL(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Erased contact');
    for (const value of [NAME, '987', 'nhu@example.vn', 'cà phê']) {
      await expect(page.getByRole('main')).not.toContainText(value);
    }
    await page.goto(`${path}?tab=history`);
    await expect(page.getByRole('main')).toContainText('Erased personal data');
    await expect(page.getByRole('main')).toContainText(`Erased by ${person.name}`);
    await page.goto('/contacts');
    await searchContacts(page, 'quynh nhu');
    await expect(page.getByRole('main')).toContainText('No contact matches');
    await page.goto('/audit');
    await expect(page.getByRole('list', { name: 'Entries' })).toContainText(`Erased by ${person.name}`);
    await link(page, 'Check the log').click();
    await expect(page.getByRole('heading', { name: 'The log is intact' })).toBeVisible();
  });

  test('a contact in the bin is erased from there', async ({ page }) => {
    await register(page);
    const path = await contact(page);
    await deleteContact(page, path);
    await page.goto('/settings/bin');
    await link(page, `Erase personal data of ${NAME}`).click();
    await expect(page).toHaveURL(`${path}/erase`);
    await fill(page, { 'Name of the contact': NAME });
    await button(page, 'Erase personal data').click();
    await expect(page).toHaveURL('/settings/bin');
    await expect(page.getByRole('main')).toContainText('Erased contact');
    await expect(page.getByRole('main')).not.toContainText(NAME);
  });

  test('members are not offered it', async ({ page, expectedMessages }) => {
    expectedMessages.push(/403/);
    await register(page);
    const path = await contact(page);
    const { person } = await joined(page, 'member');
    const other = await secondBrowser(page, person, javaScript);
    await other.goto(path);
    await expect(other.getByRole('heading', { level: 1 })).toHaveText(NAME);
    await expect(other.getByRole('main')).not.toContainText('Erase personal data');
    expect((await other.goto(`${path}/erase`))?.status()).toBe(403);
    await other.context().close();
  });
});

test('the question is whole at every width @once', async ({ page }) => {
  test.slow();
  await register(page);
  const path = await contact(page);
  await page.goto(`${path}/erase`);
  await forEachThemeAndWidth(page, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});
