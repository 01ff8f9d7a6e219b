// When does an island run? It attaches itself to the server's HTML by listening to its events: that is what is waited for.

import type { BrowserContext, Page } from '@playwright/test';

type Listening = Window & { listenedTo?: Set<string> };

/** Notes which events anything on a page listens to, but for its start script: that waits for the first sign of a person (`wake`), hears every key (`onKey`), and every click and form that is sent (on the window, where no island does). */
export async function recordListeners(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const listenedTo = new Set<string>();
    (window as Listening).listenedTo = listenedTo;
    const original = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type: string, ...rest: [EventListenerOrEventListenerObject | null, (boolean | AddEventListenerOptions)?]) {
      const [listener] = rest;
      const byStartScript = (typeof listener === 'function' && ['wake', 'onKey'].includes(listener.name)) || (['click', 'submit'].includes(type) && (this ?? window) === window);
      if (!byStartScript) listenedTo.add(type);
      original.call(this, type, ...rest);
    };
  });
}

/** Gives each page a pointer event once it is parsed: the islands' code loads at the first input. */
export async function simulateFirstInput(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => addEventListener('DOMContentLoaded', () => dispatchEvent(new Event('pointermove'))));
}

/** Waits until the form of this page is checked in the browser; without JavaScript it never is. */
export async function formReady(page: Page, javaScript: boolean): Promise<void> {
  if (javaScript) await waitForListener(page, 'focusout');
}

/** Waits until the forms of this page are sent in place, kept as drafts and opened in dialogs; without JavaScript they never are. */
export async function formsReady(page: Page, javaScript = true): Promise<void> {
  // What does all of that attaches itself at once, and this comes last.
  if (javaScript) await waitForListener(page, 'pageshow');
}

/** Waits until an island listens to this event. */
export async function waitForListener(page: Page, event: string): Promise<void> {
  await page.waitForFunction((name) => (window as Listening).listenedTo?.has(name), event);
}
