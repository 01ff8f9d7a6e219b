// Checks that README.md and .env.example name every setting that the program reads from the environment, and no other except those of
// docker-compose.yml.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = ['app/src', 'domain/src', 'server/src', 'store/src'];
/** Variables that cargo-leptos sets for its own builds; operators don't. */
const BUILD_TOOLS = /^LEPTOS_/;

const read = (file) => readFileSync(join(ROOT, file), 'utf8');
const names = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name));

/** The variables that the program reads: those of its flags, and those it asks the environment for. */
function settingsOfProgram() {
  const files = SOURCES.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).filter((file) => file.endsWith('.rs')).map((file) => join(folder, file)));
  const source = files.map(read).join('\n');
  const found = names(source, /(?:\benv = |env::var(?:_os)?\()"([A-Z_]+)"/g);
  return new Set([...found].filter((name) => !BUILD_TOOLS.test(name)));
}

/** The variables in the first column of README's table of settings. */
function settingsOfReadme() {
  const section = read('README.md').split(/^## /m).find((text) => text.startsWith('Settings\n')) ?? '';
  const cells = section.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split(' | ')[0]);
  return names(cells.join('\n'), /`([A-Z_]+)`/g);
}

const program = settingsOfProgram();
const compose = names(read('docker-compose.yml'), /\$\{([A-Z_]+)/g);
const documented = [['README.md', settingsOfReadme()], ['.env.example', names(read('.env.example'), /^#?([A-Z_]+)=/gm)]];
const faults = program.size === 0 ? ['no setting was found in the source'] : [];
for (const [file, listed] of documented) {
  for (const name of program) if (!listed.has(name)) faults.push(`${file}: ${name} is missing`);
  for (const name of listed) if (!program.has(name) && !compose.has(name)) faults.push(`${file}: nothing reads ${name}`);
}
for (const name of compose) if (!documented[0][1].has(name)) faults.push(`README.md: ${name} of docker-compose.yml is missing`);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
