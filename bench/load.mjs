// One measurement: so many connections ask for one page as fast as it comes, for some seconds.

import { spawn } from 'node:child_process';

/** Milliseconds of wrk's units. */
const UNITS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** Requests a second and latencies in milliseconds. `script`: a file in Lua that makes the requests, each another one. A refused or failed request makes the measurement worthless: it throws. */
export async function load({ url, headers, connections, seconds, script }) {
  const threads = Math.min(connections, 2);
  const args = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s'];
  if (script) args.push('-s', script);
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  const printed = await output('wrk', [...args, url]);
  const wrong = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(printed)?.[0];
  if (wrong) throw new Error(`${url} at ${connections} connections: ${wrong}`);
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]), p50: percentile(printed, 50), p99: percentile(printed, 99) };
}

function percentile(printed, percent) {
  const [, number, unit] = new RegExp(`^\\s+${percent}%\\s+([\\d.]+)(us|ms|s|m)`, 'm').exec(printed) ?? [];
  return Number(number) * UNITS[unit];
}

function output(command, args) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.on('data', (part) => (printed += part));
    child.stderr.on('data', (part) => (printed += part));
    child.once('error', failed);
    child.once('exit', (code) => (code === 0 ? done(printed) : failed(new Error(printed))));
  });
}
