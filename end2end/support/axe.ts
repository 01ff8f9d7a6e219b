// Accessibility, as far as a program can tell: axe with no rule switched off.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** All of WCAG 2.2 A and AA, what axe calls good practice, and its experimental rules, which it leaves out unasked. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];

/** axe finds nothing on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary ?? ''}`).join('\n')}`);
  expect(found.join('\n'), `axe at ${page.url()}`).toBe('');
}
