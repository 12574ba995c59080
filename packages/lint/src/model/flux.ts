import { at, text } from '../fields.ts';
import { below, filesOf } from '../source/kustomizations.ts';
import type { Subject } from './subject.ts';
import type { Thing } from './thing.ts';
import type { LintedWorkload } from './workload.ts';

/** A Kustomization of Flux, not a file of kustomize. */
export function isFluxKustomization({ group, kind }: Thing): boolean {
  return group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization';
}

/** The workloads that a Kustomization of Flux applies, as far as its path is in this tree; in a cluster, by the labels that Flux sets. */
export function appliedBy(flux: Thing, { workloads, kustomizations, origin }: Subject): readonly LintedWorkload[] {
  if (origin === 'cluster') {
    const prefix = 'kustomize.toolkit.fluxcd.io';
    return workloads.filter(
      ({ labels }) => labels[`${prefix}/name`] === flux.name && labels[`${prefix}/namespace`] === flux.namespace,
    );
  }
  const brings = broughtBy(flux, { kustomizations });
  return workloads.filter(
    ({
      thing: {
        origin: { file = '' },
      },
    }) => brings(file),
  );
}

/** Whether a Kustomization of Flux applies a file: what the kustomization file of its path lists or, without one, all below the path. */
export function broughtBy(flux: Thing, { kustomizations }: Pick<Subject, 'kustomizations'>): (file: string) => boolean {
  const folder = below('', text(at(flux.value, ['spec', 'path'])) ?? '.');
  const files = new Set(filesOf(folder, kustomizations));
  if (kustomizations.some((one) => one.folder === folder)) return (file) => files.has(file);
  return (file) => folder === '' || file.startsWith(`${folder}/`);
}

/** Keelson's admission policy is applied here: digests reach the pods, whatever the owner of a workload says. */
export function pinsPods({ things }: Subject): boolean {
  return things.some(({ kind, name }) => kind === 'MutatingAdmissionPolicy' && name === 'keelson-pin');
}
