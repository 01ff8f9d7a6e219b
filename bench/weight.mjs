// What a page weighs on the wire, as a browser asks for it: the page with zstd, files with brotli.

import http from 'node:http';

/**
 * Bytes of a page and of each file it asks for when nothing is cached, by kind. The islands' code, which it asks for at the
 * first sign of a person, is told apart and not part of `whole`.
 */
export async function weigh(server, path) {
  const page = await get(server, path);
  // Node 20 can't unpack zstd.
  const html = (await get(server, path, 'identity')).body.toString();
  const files = await filesOf(server, html);
  const sum = (chosen) => chosen.reduce((total, { bytes }) => total + bytes, 0);
  return {
    html: page.body.length,
    code: sum(files.filter(({ kind }) => ['js', 'wasm'].includes(kind))),
    whole: page.body.length + sum(files.filter(({ later }) => !later)),
    files,
  };
}

async function filesOf(server, html) {
  const named = [...html.matchAll(/(?:href|src)="(\/[^"#]+\.(?:css|js|wasm|woff2|svg)(?:\?[^"#]*)?)/g)].map((match) => match[1]);
  const files = [];
  for (const path of new Set([...named, ...islandsCode(html)])) {
    const answer = await get(server, path);
    files.push({ path, kind: path.split('?')[0].split('.').pop(), bytes: answer.body.length, later: !named.includes(path) });
  }
  return files;
}

/** The two files that the start script loads: it is handed their folder and names. */
function islandsCode(html) {
  if (!html.includes('mod.hydrate()')) return [];
  const [, folder, script, wasm] = /\("", "([^"]+)", "([^"]+)", "([^"]+)"/.exec(html) ?? [];
  if (!wasm) throw new Error('the start script names its files another way');
  return [`/${folder}/${script}.js`, `/${folder}/${wasm}.wasm`];
}

/** The answer as it came over the wire: fetch would unpack it. */
function get(server, path, encodings = 'gzip, deflate, br, zstd') {
  return new Promise((done, failed) => {
    const request = http.get(server.url + path, { headers: { cookie: server.cookie, 'accept-encoding': encodings } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        if (answer.statusCode !== 200) failed(new Error(`${path} answered ${answer.statusCode}`));
        else done({ headers: answer.headers, body: Buffer.concat(parts) });
      });
    });
    request.once('error', failed);
  });
}
