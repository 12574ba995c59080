import { dirname } from 'node:path/posix';
import { finding } from '../finding.ts';
import { broughtBy, isFluxKustomization } from '../model/flux.ts';
import type { Subject } from '../model/subject.ts';
import type { Thing } from '../model/thing.ts';
import { describe } from '../model/thing.ts';
import type { Finding } from '../report/schema.ts';
import { filesOf } from '../source/kustomizations.ts';
import type { Rule } from './rule.ts';

interface Together {
  readonly things: readonly Thing[];
  /** Somebody applies all of it at once; else it only lies in one folder. */
  readonly surely: boolean;
}

/** One object twice in what is applied together: the last one wins, or kustomize refuses. Two clusters may well name the same ones. */
export const sameObject: Rule = (subject) => {
  if (subject.origin === 'cluster') return [];
  const found = new Map<Thing, Finding>();
  for (const { things, surely } of setsOf(subject)) {
    const first = new Map<string, Thing>();
    for (const thing of things) {
      const key = `${thing.group}/${describe(thing)}`;
      const earlier = first.get(key);
      if (!earlier) first.set(key, thing);
      else if (!found.has(thing)) found.set(thing, twice(thing, earlier, surely));
    }
  }
  return [...found.values()];
};

/** What one kustomization, one Kustomization of Flux, or one file brings; and what lies in a folder that none of them brings. */
function setsOf(subject: Subject): readonly Together[] {
  const { things, kustomizations } = subject;
  const folders = kustomizations.map(({ folder }) => new Set(filesOf(folder, kustomizations)));
  const byFlux = things.filter(isFluxKustomization).map((flux) => {
    const brings = broughtBy(flux, subject);
    return new Set(things.flatMap(({ origin: { file } }) => (file !== undefined && brings(file) ? [file] : [])));
  });
  const sets = [...folders, ...byFlux];
  const listed = new Set(sets.flatMap((files) => [...files]));
  const inFiles = Map.groupBy(things, ({ origin: { file = '' } }) => file).values();
  const loose = things.filter(({ origin: { file = '' } }) => !listed.has(file));
  const inFolders = Map.groupBy(loose, ({ origin: { file = '' } }) => dirname(file)).values();
  return [
    ...sets.map((files) => ({ things: things.filter(({ origin: { file = '' } }) => files.has(file)), surely: true })),
    ...[...inFiles].map((group) => ({ things: group, surely: true })),
    ...[...inFolders].map((group) => ({ things: group, surely: false })),
  ];
}

function twice(thing: Thing, earlier: Thing, surely: boolean): Finding {
  const { file, line } = earlier.origin.place(['metadata', 'name']);
  const where = surely ? 'in what is applied together' : 'in this folder';
  return finding(
    'same-object-twice',
    surely ? 'error' : 'info',
    thing.origin.place(['metadata', 'name']),
    `${describe(thing)} is there twice ${where}; the other one is in ${file}:${line}.`,
    surely
      ? 'Keep one of the two, or give one another name.'
      : 'Nothing, if the two go to two clusters; else keep one of them.',
  );
}
