// A database of its own for each server, thrown away with it.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { required } from './environment.ts';

export type Kind = 'sqlite' | 'postgres';

export interface Database {
  url: string;
  drop(): Promise<void>;
}

/** A new empty database. SQLite's file lies in `folder`, which is removed by whoever made it. */
export async function createDatabase(kind: Kind, folder: string): Promise<Database> {
  if (kind === 'sqlite') return { url: `sqlite://${join(folder, 'minicrm.db')}?mode=rwc`, drop: async () => {} };
  const name = `minicrm_e2e_${randomBytes(6).toString('hex')}`;
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(required('TEST_DATABASE_URL'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function admin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: required('TEST_DATABASE_URL') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
