import { globSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..');

/** The files that take longest, the longest first: begun last, one of them would run on alone when all others have ended. */
const first = [
  'reapply/reapply',
  'random/random',
  'kill',
  'story/without-policy',
  'story/signals',
  'several',
  'example-app',
];
/** With the admission policy, which waits until nobody is without it. */
const last = ['story/guard', 'story/next-path', 'story/tenant', 'story/with-policy'];
/** Each a file of Vitest's own, as it needs no cluster that others use too. */
const alone = ['access', 'bounds', 'scaling'];

const found = globSync('{.,story,random,reapply}/*.test.ts', { cwd: folder }).map((name) =>
  name.replace(/\.test\.ts$/, ''),
);
const between = found.filter((name) => ![...first, ...last, ...alone].includes(name));

for (const name of [...first, ...between, ...last]) await import(join(folder, `${name}.test.ts`));
