// Which browser, and how it is started.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';

const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** CHROMIUM, or the one this machine has. The headless shell first: the same engine without the browser's own windows, in two
 * thirds of the time. Playwright too takes it for a run without a window. */
function executable(): string {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  for (const name of ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // not by this name
    }
  }
  if (existsSync(MAC)) return MAC;
  throw new Error('no Chromium found: install it, or name it in CHROMIUM');
}

export function chromium(): LaunchOptions {
  // Chromium's sandbox refuses to run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executablePath: executable(), args: [...sandbox, '--disable-background-networking'] };
}
