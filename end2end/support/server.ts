// The real binary, on a free port of this machine, with a database of its own. It can be stopped and started again on the same data.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createDatabase, type Database, type Kind } from './databases.ts';
import { required } from './environment.ts';

const START_MS = 30_000;
const STOP_MS = 25_000;

export class Server {
  private child: ChildProcess | undefined;
  private port = 0;
  private registration: 'open' | 'closed' = 'open';

  private constructor(
    private readonly folder: string,
    private readonly database: Database,
    private readonly mailUrl?: string,
  ) {}

  /** Starts a server on a new, empty database; it sends mail if it is told where. */
  static async start(kind: Kind, mailUrl?: string): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'minicrm-e2e-'));
    const server = new Server(folder, await createDatabase(kind, folder), mailUrl);
    await server.up();
    return server;
  }

  /** Starts a second process on the same database. It is removed by whoever asked for it, before the first. */
  async startSecondProcess(): Promise<Server> {
    const server = new Server(mkdtempSync(join(tmpdir(), 'minicrm-e2e-')), { ...this.database, drop: async () => {} }, this.mailUrl);
    await server.up();
    return server;
  }

  /** Where a browser finds it. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Stops it as an operator would, and starts it again on the same data, under the same address. `registration`: whether anybody may register from then on. */
  async restart(registration: 'open' | 'closed' = 'open'): Promise<void> {
    await this.down();
    this.registration = registration;
    await this.up();
  }

  /** Stops it and removes all it kept. */
  async remove(): Promise<void> {
    try {
      await this.down();
    } finally {
      await this.database.drop();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** Makes an account that manages the whole server, as its operator would. */
  async createAdmin({ name, email, password }: { name: string; email: string; password: string }): Promise<void> {
    await this.command(['user', 'create-admin', email, '--name', name, '--password', password]);
  }

  /** Makes a large workspace, once per server, whose owner is `bench@minicrm.local`. */
  async seedBulk({ companies = 0, contacts = 0, deals = 0, activities = 0, tasks = 0 }, password: string): Promise<void> {
    await this.command(['seed', '--bulk', [companies, contacts, deals, activities, tasks].join(), '--password', password]);
  }

  /** Runs a command of the program. */
  private async command(args: string[]): Promise<void> {
    await promisify(execFile)(resolve(required('MINICRM_BIN')), args, { cwd: this.folder, env: this.environment });
  }

  /** Everything logged so far. */
  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** The program's settings. Nothing of the caller's leaks in. */
  private get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      SITE_ROOT: process.env['SITE_ROOT'],
      DATABASE_URL: this.database.url,
      LISTEN_ADDR: `127.0.0.1:${this.port}`,
      DATA_DIR: this.folder,
      RUST_LOG: process.env['RUST_LOG'] ?? 'info',
      RUST_BACKTRACE: '1',
      NO_COLOR: '1',
      ...(this.registration === 'closed' ? { REGISTRATION: 'closed' } : {}),
      ...(this.mailUrl ? { SMTP_URL: this.mailUrl, MAIL_FROM: 'crm@example.com' } : {}),
    };
  }

  private get logFile(): string {
    return join(this.folder, 'server.log');
  }

  private async up(): Promise<void> {
    // A port found free may be taken a moment later: then the next one. Once chosen it stays, also over a restart.
    for (let tries = 0; ; tries += 1) {
      if (this.port === 0 || tries > 0) this.port = await freePort();
      if (await this.startsAtPort()) return;
      if (tries === 3 || !/address (already )?in use/i.test(this.log())) throw new Error(`the server did not start:\n${this.log()}`);
    }
  }

  private async startsAtPort(): Promise<boolean> {
    const output = openSync(this.logFile, 'a');
    const child = spawn(resolve(required('MINICRM_BIN')), ['serve'], {
      cwd: this.folder,
      stdio: ['ignore', output, output],
      env: this.environment,
    });
    closeSync(output);
    this.child = child;
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    return Promise.race([this.becomesReady(child), failed]);
  }

  /** Asks `/readyz` until it answers; false if the process ended first. */
  private async becomesReady(child: ChildProcess): Promise<boolean> {
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return true;
      await pause(50);
    }
    child.kill('SIGKILL');
    return false;
  }

  private async down(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const code = await ended;
    clearTimeout(late);
    if (code !== 0) throw new Error(`told to stop, the server ended with ${code ?? 'SIGKILL after waiting'}:\n${this.log()}`);
  }
}

export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}
