// The servers under measurement: ours on each database, filled with records, and the bare page beside them.

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const START_MS = 60_000;

/** Ours, on a new database of a kind (`sqlite`, `postgres`) with so many records in it, and somebody signed in. */
export async function startOurs(binary, kind, adminUrl, { companies, contacts, deals, activities, tasks }) {
  const folder = mkdtempSync(join(tmpdir(), 'minicrm-bench-'));
  const database = await createDatabase(kind, folder, adminUrl);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: folder, LISTEN_ADDR: `127.0.0.1:${port}`, RUST_LOG: 'warn' };
  const seeded = spawnSync(binary, ['seed', '--bulk', [companies, contacts, deals, activities, tasks].join()], { env, encoding: 'utf8' });
  if (seeded.status !== 0) throw new Error(`filling the ${kind} database failed:\n${seeded.stdout}${seeded.stderr}`);
  const begun = performance.now();
  const process_ = run(binary, ['serve'], env, join(folder, 'server.log'));
  await answers(process_, `${url}/login`);
  const startMs = performance.now() - begun;
  const cookie = await signIn(url, credentials(seeded.stdout));
  const end = async () => {
    await process_.end();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { name: kind, url, cookie, pid: process_.pid, startMs, end };
}

/** The yardstick. */
export async function startBare(binary) {
  const folder = mkdtempSync(join(tmpdir(), 'minicrm-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process_ = run(binary, [`127.0.0.1:${port}`], { PATH: process.env.PATH }, join(folder, 'server.log'));
  await answers(process_, `${url}/`);
  const end = async () => {
    await process_.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { name: 'bare', url, pid: process_.pid, end };
}

/** The memory of a process in MiB, shared pages by their share (Linux). */
export function pss(pid) {
  const kib = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

async function createDatabase(kind, folder, adminUrl) {
  if (kind === 'sqlite') return { url: `sqlite://${join(folder, 'minicrm.db')}?mode=rwc`, drop: async () => {} };
  const name = `minicrm_bench_${randomBytes(6).toString('hex')}`;
  const admin = async (statement) => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) };
}

function run(command, args, env, logFile) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise((done) => child.once('exit', done));
  return {
    pid: child.pid,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    log: () => readFileSync(logFile, 'utf8'),
    end: async () => {
      child.kill('SIGTERM');
      await ended;
      log.end();
    },
  };
}

async function answers(process_, url) {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline && !process_.hasEnded()) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await pause(5);
  }
  throw new Error(`${url} did not answer:\n${process_.log()}`);
}

/** The address and password that filling the database printed. */
function credentials(printed) {
  const email = /\S+@\S+\.[a-z]+/.exec(printed)?.[0];
  const password = /password:?\s+(\S+)/i.exec(printed)?.[1];
  if (!email || !password) throw new Error(`no sign-in in what filling printed:\n${printed}`);
  return { email, password };
}

async function signIn(url, { email, password }) {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ email, password, next: '' }),
    headers: { origin: url },
    redirect: 'manual',
  });
  // The session's and the device's.
  const cookie = answer.headers.getSetCookie().map((set) => set.split(';')[0]).join('; ');
  if (answer.status !== 303 || answer.headers.get('location') !== '/' || !cookie) throw new Error(`signing in answered ${answer.status} ${answer.headers.get('location')}`);
  return cookie;
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
