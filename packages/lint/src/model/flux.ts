import { at, text } from '@keelson/kube/fields';
import { below, filesOf } from '../source/kustomizations.ts';
import type { ManifestObject } from './manifest-object.ts';
import type { Subject } from './subject.ts';
import type { LintedWorkload } from './workload.ts';

/** Whether it is a Kustomization of Flux, and not a file of kustomize. */
export function isFluxKustomization({ group, kind }: ManifestObject): boolean {
  return group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization';
}

/** The workloads that a Kustomization of Flux applies: in a repository those below its path, in a cluster those with the labels that Flux sets. */
export function appliedBy(
  flux: ManifestObject,
  { workloads, kustomizations, origin }: Subject,
): readonly LintedWorkload[] {
  if (origin === 'cluster') {
    const prefix = 'kustomize.toolkit.fluxcd.io';
    return workloads.filter(
      ({ labels }) => labels[`${prefix}/name`] === flux.name && labels[`${prefix}/namespace`] === flux.namespace,
    );
  }
  const applies = appliesFile(flux, { kustomizations });
  return workloads.filter(
    ({
      object: {
        origin: { file = '' },
      },
    }) => applies(file),
  );
}

/** Whether a Kustomization of Flux applies a file: what the kustomization file of its path lists or, without one, every file below the path. */
export function appliesFile(
  flux: ManifestObject,
  { kustomizations }: Pick<Subject, 'kustomizations'>,
): (file: string) => boolean {
  const folder = below('', text(at(flux.value, ['spec', 'path'])) ?? '.');
  const files = new Set(filesOf(folder, kustomizations));
  if (kustomizations.some((one) => one.folder === folder)) return (file) => files.has(file);
  return (file) => folder === '' || file.startsWith(`${folder}/`);
}

/** Whether Keelson's admission policy is applied here: it pins the pods, whatever the owner of a workload writes. */
export function pinsPods({ objects }: Subject): boolean {
  return objects.some(({ kind, name }) => kind === 'MutatingAdmissionPolicy' && name === 'keelson-pin');
}
