// Writes style/basecoat.css: the looks of the basecoat-css parts in use, and no others.
// basecoat-css keeps the looks of all its parts in one file (styles/vega.css, 140 kB when compiled);
// each part starts with a comment line that names it, so the parts wanted are cut out by name.
import { readFileSync } from 'node:fs';
import { fail, writeIfChanged } from './files.mjs';

// Text inputs and fields are not among them: basecoat writes each rule once per input type and once more per parent,
// two thirds of the whole style sheet; style/forms.css says the same in one selector.
const PARTS = ['Button', 'Textarea', 'Native Select', 'Checkbox', 'Radio'];
const SOURCE = 'node_modules/basecoat-css/dist/styles/vega.css';

/** Maps each part's name to its rules. The whole file is one `@layer components { … }`. */
function split(css) {
  const body = css.slice(css.indexOf('{') + 1, css.lastIndexOf('}'));
  // The first part's heading stands outside the layer, so what precedes the second heading is unnamed.
  const [, ...pieces] = body.split(/^[ \t]*\/\* ([A-Z][A-Za-z ]*) \*\/[ \t]*$/m);
  const parts = new Map();
  for (let i = 0; i < pieces.length; i += 2) parts.set(pieces[i], pieces[i + 1]);
  return parts;
}

const parts = split(readFileSync(SOURCE, 'utf8'));
const missing = PARTS.filter((name) => !parts.has(name));
if (missing.length > 0) fail(`${SOURCE} has no part named ${missing.join(', ')}; see PARTS in scripts/basecoat.mjs`);

const rules = PARTS.map((name) => `/* ${name} */${parts.get(name)}`).join('\n');
writeIfChanged('style/basecoat.css', `/* Made by scripts/basecoat.mjs from basecoat-css. */\n@layer components {\n${rules}\n}\n`);
