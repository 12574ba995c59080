import { dirname } from 'node:path/posix';
import { finding } from '../finding.ts';
import type { Subject } from '../model/subject.ts';
import type { Thing } from '../model/thing.ts';
import { describe } from '../model/thing.ts';
import type { Finding } from '../report/schema.ts';
import { filesOf } from '../source/kustomizations.ts';
import type { Rule } from './rule.ts';

/** One object twice in what is applied together: the last one wins, or kustomize refuses. Two clusters may well name the same ones. */
export const sameObject: Rule = (subject) => {
  if (subject.origin === 'cluster') return [];
  const found = new Map<Thing, Finding>();
  for (const together of setsOf(subject)) {
    const first = new Map<string, Thing>();
    for (const thing of together) {
      const key = `${thing.group}/${describe(thing)}`;
      const earlier = first.get(key);
      if (earlier) found.set(thing, twice(thing, earlier));
      else first.set(key, thing);
    }
  }
  return [...found.values()];
};

/** What one kustomization brings; or what lies in a folder that none brings. */
function setsOf({ things, kustomizations }: Subject): readonly (readonly Thing[])[] {
  const listed = new Set<string>();
  const sets = kustomizations.map(({ folder }) => {
    const files = new Set(filesOf(folder, kustomizations));
    for (const file of files) listed.add(file);
    return things.filter(({ origin: { file } }) => file !== undefined && files.has(file));
  });
  const loose = things.filter(({ origin: { file } }) => file !== undefined && !listed.has(file));
  return [...sets, ...Map.groupBy(loose, ({ origin: { file = '' } }) => dirname(file)).values()];
}

function twice(thing: Thing, earlier: Thing): Finding {
  const { file, line } = earlier.origin.place(['metadata', 'name']);
  return finding(
    'same-object-twice',
    'error',
    thing.origin.place(['metadata', 'name']),
    `${describe(thing)} is there twice in what is applied together; the other one is in ${file}:${line}.`,
    'Keep one of the two, or give one another name.',
  );
}
