// Fails if modules of a crate import each other in a circle: then neither can be read, or taken out, without the other.
//
// A module is a file. Its imports are the paths that begin with `crate::`, `super::` or `self::`, in `use` and elsewhere, each
// taken to the longest part of it that names a file. Left out: comments, test modules, a folder's `mod.rs` naming its own files,
// paths to what `lib.rs` exports, and the entities, whose relations name each other.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const CRATES = ['app', 'domain', 'migration', 'server', 'store'];

/** The modules of a crate: for each its path, as `lists/page`, its source, and whether it stands for its folder. */
function modulesOf(crate) {
  const folder = join(ROOT, crate, 'src');
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.rs') && !/(^|\/)(tests|entity)(\/|\.rs$)/.test(file));
  return new Map(files.map((file) => {
    const path = file.slice(0, -'.rs'.length).replace(/(^|\/)(mod|lib|main)$/, '');
    const source = readFileSync(join(folder, file), 'utf8').replace(/\/\/[^\n]*/g, '').split(/#\[cfg\(test\)\]\s*mod tests/)[0];
    return [path, { source, isFolder: /(^|\/)mod\.rs$/.test(file) }];
  }));
}

/** Every path of a tree such as `a::{b, c::{self, d}}`. */
function pathsOf(tree) {
  const open = tree.indexOf('{');
  if (open < 0) return [tree.split(/\sas\s/)[0].trim()];
  const parts = [];
  let depth = 0;
  let begun = open + 1;
  for (let i = open + 1; i < tree.length; i += 1) {
    if (depth === 0 && ',}'.includes(tree[i])) {
      parts.push(tree.slice(begun, i));
      begun = i + 1;
    } else if (tree[i] === '{') depth += 1;
    else if (tree[i] === '}') depth -= 1;
  }
  return parts.filter((part) => part.trim()).flatMap((part) => pathsOf(part.trim()).map((path) => tree.slice(0, open).trim() + path));
}

/** The modules that a module imports. */
function importsOf(path, { source, isFolder }, modules) {
  const uses = [...source.matchAll(/\buse\s+((?:crate|super|self)::[^;]+);/g)].flatMap(([, tree]) => pathsOf(tree));
  const others = [...source.matchAll(/\b(?:crate|super)::[\w:]+/g)].map(([found]) => found);
  const imported = new Set();
  for (const named of [...uses, ...others]) {
    let at = path.split('/').filter(Boolean);
    const segments = named.split('::').map((segment) => segment.trim());
    while (['crate', 'super', 'self'].includes(segments[0])) {
      const segment = segments.shift();
      if (segment === 'crate') at = [];
      if (segment === 'super') at = at.slice(0, -1);
    }
    const full = [...at, ...segments];
    while (full.length > 0 && !modules.has(full.join('/'))) full.pop();
    const target = full.join('/');
    const isOwnFile = isFolder && target.startsWith(`${path}/`);
    if (target !== '' && target !== path && !isOwnFile) imported.add(target);
  }
  return imported;
}

/** Groups of modules of which each reaches each other one by imports (Tarjan). */
function circlesOf(modules) {
  const imports = new Map([...modules].map(([path, module]) => [path, importsOf(path, module, modules)]));
  const order = new Map();
  const low = new Map();
  const stack = [];
  const circles = [];
  const visit = (path) => {
    order.set(path, order.size);
    low.set(path, order.get(path));
    stack.push(path);
    for (const next of imports.get(path)) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(path, Math.min(low.get(path), low.get(next)));
    }
    if (low.get(path) !== order.get(path)) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) circles.push(circle);
  };
  for (const path of imports.keys()) if (!order.has(path)) visit(path);
  return circles;
}

const faults = CRATES.flatMap((crate) => circlesOf(modulesOf(crate)).map((circle) => `${crate}: ${circle.sort().join(', ')}`));
for (const fault of faults) console.error(`error: these modules import each other in a circle: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
