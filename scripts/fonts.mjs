// Copies the web font's files to public/fonts/ under names that carry a hash of their content, so that they are cached for ever,
// and checks that style/fonts.css asks for these very names.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { fail, writeIfChanged } from './files.mjs';

const PACKAGE = 'node_modules/@fontsource-variable/geist';
const SCRIPTS = ['latin', 'vietnamese', 'latin-ext'];
const STYLE = 'style/fonts.css';
const { version } = JSON.parse(readFileSync(`${PACKAGE}/package.json`, 'utf8'));

const files = SCRIPTS.map((script) => {
  const bytes = readFileSync(`${PACKAGE}/files/geist-${script}-wght-normal.woff2`);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { name: `geist-${script}-${version}.${hash}.woff2`, bytes };
});

const style = readFileSync(STYLE, 'utf8');
for (const { name } of files) {
  if (!style.includes(`/fonts/${name}`)) fail(`${STYLE} must name /fonts/${name}: package-lock.json brings that file`);
}

for (const { name, bytes } of files) writeIfChanged(`public/fonts/${name}`, bytes);
for (const file of readdirSync('public/fonts')) {
  if (!files.some(({ name }) => name === file)) rmSync(`public/fonts/${file}`);
}
