import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../lib/root.mjs';
import { trackedFiles } from './tracked-files.mjs';

const from =
  /^(?:import|export)\b[^'"]*?\bfrom '(?<name>[^']+)'|^import '(?<bare>[^']+)'|\bimport\('(?<dynamic>[^']+)'\)/gmu;

/** What a file imports of this repository, types included. */
function importsOf(file, files, entries) {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...text.matchAll(from)].map(({ groups }) => groups.name ?? groups.bare ?? groups.dynamic);
  return names
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : entries.get(name)))
    .filter((name) => files.has(name));
}

/** `@keelson/kube` and the like, and the file that its package.json names. */
function entriesOf(files) {
  const entries = new Map();
  for (const file of files) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const paths = typeof exports === 'string' ? { '.': exports } : exports;
    for (const [key, path] of Object.entries(paths)) entries.set(name + key.slice(1), join(dirname(file), path));
  }
  return entries;
}

/** Circles of a graph, each once, as the files on it. */
function circlesOf(graph) {
  const circles = [];
  const done = new Set();
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start !== -1) circles.push([...path.slice(start), file]);
    if (start !== -1 || done.has(file)) return;
    for (const next of graph.get(file)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

it('imports form no circle, imports of types included', () => {
  const files = new Set(trackedFiles('apps/*.ts', 'packages/*.ts'));
  const entries = entriesOf(trackedFiles('apps/*/package.json', 'packages/*/package.json'));
  const graph = new Map([...files].map((file) => [file, importsOf(file, files, entries)]));
  expect([...graph.values()].flat().length).toBeGreaterThan(files.size);
  expect(circlesOf(graph).map((circle) => circle.join(' → '))).toEqual([]);
});

it('a circle is reported with the files on it', () => {
  const graph = new Map(Object.entries({ a: ['b'], b: ['c', 'd'], c: [], d: ['b'] }));
  expect(circlesOf(graph)).toEqual([['b', 'd', 'b']]);
});
