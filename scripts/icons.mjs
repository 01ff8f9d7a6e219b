// Writes public/icons.svg: one sprite of the Lucide icons that the pages name.
// An icon is always written as a call icon("name", …) or as a property icon="name" or icon: "name"; the name must be a literal, so that it is found here.
import { existsSync, readFileSync } from 'node:fs';
import { fail, filesUnder, writeIfChanged } from './files.mjs';

const LUCIDE = 'node_modules/lucide-static/icons';
const MENTION = /\bicon\s*[(=:]\s*"([^"]*)"/g;

// A name that is handed on is found where it is said: as a property icon: "name".
const UNNAMED = /(?<!fn )\bicon\(\s*(?!"|[\w.]*\bicon\b)\w+/g;

/** Calls whose icon would not be in the sprite, as "file:line: call". */
function unnamed() {
  return filesUnder('app/src', '.rs').flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(UNNAMED)].map((match) => `${file}:${text.slice(0, match.index).split('\n').length}: ${match[0]}`);
  });
}

/** Where each icon is named first: Map of name to "file:line". */
function mentions() {
  const found = new Map();
  for (const file of filesUnder('app/src', '.rs')) {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(MENTION)) {
      const name = match[1];
      if (!found.has(name)) found.set(name, `${file}:${text.slice(0, match.index).split('\n').length}`);
    }
  }
  return found;
}

/** One icon as a symbol. Stroke and size come from the `<svg>` that uses it. */
function symbol(name) {
  const drawing = readFileSync(`${LUCIDE}/${name}.svg`, 'utf8')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace('</svg>', '')
    .replace(/\s+/g, ' ')
    .replace(/ ?(\/?>) ?/g, '$1')
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${drawing}</symbol>`;
}

const lost = unnamed();
if (lost.length > 0) fail(`an icon's name must be a literal: ${lost.join(', ')}`);
const named = mentions();
const unknown = [...named].filter(([name]) => !/^[a-z0-9-]+$/.test(name) || !existsSync(`${LUCIDE}/${name}.svg`));
if (unknown.length > 0) {
  fail(`Lucide has no icon ${unknown.map(([name, place]) => `"${name}" (${place})`).join(', ')}; see https://lucide.dev/icons`);
}
const symbols = [...named.keys()].sort().map(symbol);
writeIfChanged('public/icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
