// An invitation by mail, on a server where nobody else may register.

import { postCompany } from '../support/companies.ts';
import { button, fill, link } from '../support/form.ts';
import { newPerson, register } from '../support/people.ts';
import { expect, test, withAndWithoutJavaScript } from '../support/test.ts';

test.use({ sendsMail: true });

withAndWithoutJavaScript((javaScript) => {
  test('where registering is closed, an invited person registers by the mailed link and gets no other workspace', async ({ page, mail, server }) => {
    await register(page);
    await postCompany(page, { name: 'Ánh Dương' });
    await server.restart('closed');
    try {
      const person = newPerson('Nguyễn Thị Lan');
      await page.goto('/settings/members');
      await link(page, 'Invite').click();
      await fill(page, { Email: person.email });
      await button(page, 'Send invitation').click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Invitation for ${person.email}`);
      const path = await mail.link(person.email, 'You are invited to a workspace');

      const context = await page.context().browser()!.newContext({ baseURL: server.url, javaScriptEnabled: javaScript });
      const other = await context.newPage();
      await other.goto('/register');
      await expect(other.getByRole('heading', { level: 1 })).toHaveText('Registration is closed');
      await other.goto(path);
      await expect(other.getByRole('heading', { level: 1 })).toHaveText('Join Phạm Minh Hưng’s workspace');
      await fill(other, { Name: person.name, Password: person.password, 'Password again': person.password });
      await button(other, 'Create account and join').click();
      await expect(other).toHaveURL('/');
      await other.goto('/companies');
      await expect(other.getByRole('main')).toContainText('Ánh Dương');
      await other.goto('/workspaces');
      await expect(other.getByRole('region', { name: 'Workspaces' }).getByRole('listitem')).toHaveCount(1);
      // Who has the link from the mail has the address.
      await other.goto('/settings/email');
      await expect(other.getByRole('region', { name: 'Present address' })).toContainText(/\bConfirmed/);
      await context.close();
    } finally {
      await server.restart();
    }
  });
});
