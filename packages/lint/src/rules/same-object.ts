import { dirname } from 'node:path/posix';
import { finding } from '../finding.ts';
import { appliesFile, isFluxKustomization } from '../model/flux.ts';
import type { ManifestObject } from '../model/manifest-object.ts';
import { describe } from '../model/manifest-object.ts';
import type { Subject } from '../model/subject.ts';
import type { Finding } from '../report/schema.ts';
import { filesOf } from '../source/kustomizations.ts';
import type { Rule } from './rule.ts';

interface Together {
  readonly objects: readonly ManifestObject[];
  /** The objects are known to be applied together, and do not merely lie in one folder. */
  readonly surely: boolean;
}

/** Objects that are defined twice in what is applied together: the last one wins, or kustomize refuses. Two clusters may have the same ones. */
export const sameObject: Rule = (subject) => {
  if (subject.origin === 'cluster') return [];
  const found = new Map<ManifestObject, Finding>();
  for (const { objects, surely } of setsOf(subject)) {
    const first = new Map<string, ManifestObject>();
    for (const object of objects) {
      const key = `${object.group}/${describe(object)}`;
      const earlier = first.get(key);
      if (!earlier) first.set(key, object);
      else if (!found.has(object)) found.set(object, twice(object, earlier, surely));
    }
  }
  return [...found.values()];
};

/** The objects of each kustomization, each Kustomization of Flux and each file, and of each folder that none of these names. */
function setsOf(subject: Subject): readonly Together[] {
  const { objects, kustomizations } = subject;
  const folders = kustomizations.map(({ folder }) => new Set(filesOf(folder, kustomizations)));
  const byFlux = objects.filter(isFluxKustomization).map((flux) => {
    const applies = appliesFile(flux, subject);
    return new Set(objects.flatMap(({ origin: { file } }) => (file !== undefined && applies(file) ? [file] : [])));
  });
  const sets = [...folders, ...byFlux];
  const listed = new Set(sets.flatMap((files) => [...files]));
  const inFiles = Map.groupBy(objects, ({ origin: { file = '' } }) => file).values();
  const loose = objects.filter(({ origin: { file = '' } }) => !listed.has(file));
  const inFolders = Map.groupBy(loose, ({ origin: { file = '' } }) => dirname(file)).values();
  return [
    ...sets.map((files) => ({ objects: objects.filter(({ origin: { file = '' } }) => files.has(file)), surely: true })),
    ...[...inFiles].map((group) => ({ objects: group, surely: true })),
    ...[...inFolders].map((group) => ({ objects: group, surely: false })),
  ];
}

function twice(object: ManifestObject, earlier: ManifestObject, surely: boolean): Finding {
  const { file, line } = earlier.origin.location(['metadata', 'name']);
  const where = surely ? 'in what is applied together' : 'in this folder';
  return finding(
    'same-object-twice',
    surely ? 'error' : 'info',
    object.origin.location(['metadata', 'name']),
    `${describe(object)} is defined twice ${where}; the other one is in ${file}:${line}.`,
    surely
      ? 'Keep one of the two, or give one another name.'
      : 'Nothing, if the two are for two clusters; otherwise keep one of them.',
  );
}
