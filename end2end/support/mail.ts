// A mail server of a test's own, and the mailboxes of its people.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { expect } from '@playwright/test';

interface Mail {
  to: { address: string }[];
  subject: string;
  text: string;
}

export class MailServer {
  private readonly mails: Mail[] = [];

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    /** Where the program sends its mail. */
    readonly url: string,
  ) {}

  static async start(): Promise<MailServer> {
    const child = spawn(process.execPath, [resolve('scripts/smtp-server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const { port } = await new Promise<{ port: number }>((listens, failed) => {
      lines.once('line', (line) => listens(JSON.parse(line) as { port: number }));
      child.once('error', failed);
    });
    const server = new MailServer(child, `smtp://127.0.0.1:${port}`);
    lines.on('line', (line) => {
      const { mail } = JSON.parse(line) as { mail?: Mail };
      if (mail) server.mails.push(mail);
    });
    return server;
  }

  stop(): void {
    // It ends with its input.
    this.child.stdin.end();
  }

  /** Subjects of the mails to this address, oldest first. */
  subjects(address: string): string[] {
    return this.to(address).map(({ subject }) => subject);
  }

  /** The text of the newest mail to this address with this subject, as soon as there are so many. */
  async text(address: string, subject: string, count = 1): Promise<string> {
    const found = () => this.to(address).filter((mail) => mail.subject === subject);
    await expect.poll(() => found().length, { message: `${count} of "${subject}" to ${address}` }).toBe(count);
    return found().at(-1)!.text;
  }

  /** The path of the link in that mail. */
  async link(address: string, subject: string, count = 1): Promise<string> {
    const text = await this.text(address, subject, count);
    const url = /http:\/\/\S+\?token=\S+/.exec(text)?.[0];
    expect(url, text).toBeTruthy();
    const { pathname, search } = new URL(url!);
    return pathname + search;
  }

  private to(address: string): Mail[] {
    return this.mails.filter((mail) => mail.to[0]?.address === address);
  }
}
