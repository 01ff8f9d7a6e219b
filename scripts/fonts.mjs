// Copies the web font's files to public/fonts/ under names that carry their version, and checks that the style sheet and the pages name the same.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { fail, filesUnder, writeIfChanged } from './files.mjs';

const PACKAGE = 'node_modules/@fontsource-variable/geist';
const SCRIPTS = ['latin', 'vietnamese', 'latin-ext'];
const { version } = JSON.parse(readFileSync(`${PACKAGE}/package.json`, 'utf8'));
const names = SCRIPTS.map((script) => `geist-${script}-${version}.woff2`);

for (const file of ['style/fonts.css', ...filesUnder('app/src', '.rs')]) {
  for (const [name] of readFileSync(file, 'utf8').matchAll(/geist-[a-z-]+-[\d.]+\.woff2/g)) {
    if (!names.includes(name)) fail(`${file} names /fonts/${name}, but package-lock.json brings ${names.join(', ')}`);
  }
}

mkdirSync('public/fonts', { recursive: true });
for (const file of readdirSync('public/fonts')) {
  if (!names.includes(file)) rmSync(`public/fonts/${file}`);
}
SCRIPTS.forEach((script, i) => writeIfChanged(`public/fonts/${names[i]}`, readFileSync(`${PACKAGE}/files/geist-${script}-wght-normal.woff2`)));
