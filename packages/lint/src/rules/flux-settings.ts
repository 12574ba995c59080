import { at, list } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { appliedBy, isFluxKustomization, pinsPods } from '../model/flux.ts';
import type { ManifestObject } from '../model/manifest-object.ts';
import { describe } from '../model/manifest-object.ts';
import type { Subject } from '../model/subject.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

const group = 'kustomize.toolkit.fluxcd.io';
/** Annotations by which Flux does not change an object: tried on kustomize-controller 1.9. */
const skips: Readonly<Record<string, readonly string[]>> = {
  [`${group}/reconcile`]: ['disabled'],
  [`${group}/ssa`]: ['Ignore', 'IfNotPresent'],
};

/** Settings of Flux that conflict with a workload which Keelson updates. */
export const fluxSettings: Rule = (subject) => [
  ...subject.objects.filter(isFluxKustomization).flatMap((flux) => onKustomization(flux, subject)),
  ...subject.workloads
    .filter(({ followed }) => followed)
    .flatMap(({ object, annotations }) => onWorkload(object, annotations)),
];

function onKustomization(flux: ManifestObject, subject: Subject): readonly Finding[] {
  const first = appliedBy(flux, subject).find(({ followed }) => followed);
  if (!first) return [];
  const found: Finding[] = [];
  if (at(flux.value, ['spec', 'force']) === true) {
    found.push(
      finding(
        'flux-force',
        'warning',
        flux.origin.location(['spec', 'force']),
        forces(describe(flux), describe(first.object)),
        unforce,
      ),
    );
  }
  const owned = (['images', 'patches'] as const).filter((name) => list(at(flux.value, ['spec', name])).length > 0);
  if (subject.origin === 'repository' && owned.length === 2 && !pinsPods(subject)) {
    found.push(
      finding(
        'flux-no-room',
        'warning',
        flux.origin.location(['spec', 'images'], 'key'),
        `${describe(flux)} has both spec.images and spec.patches in git, so Keelson can write a rollback of ${describe(first.object)} into neither: Flux would revert it.`,
        'Move one of the two lists into the kustomization.yaml of the path, or apply infrastructure/keelson-pin.',
      ),
    );
  }
  return found;
}

const unforce = 'Remove it; delete the workload by hand when an immutable field has to change.';

function forces(what: string, workload: string): string {
  return `With force on ${what}, Flux deletes ${workload} and creates it again when an immutable field changes: its pods then start from the tag until Keelson has pinned the digest again.`;
}

function onWorkload(object: ManifestObject, annotations: Readonly<Record<string, string>>): readonly Finding[] {
  const found: Finding[] = [];
  const force = `${group}/force`;
  if (annotations[force]?.toLowerCase() === 'enabled') {
    const location = object.origin.location(['metadata', 'annotations', force], 'key');
    found.push(finding('flux-force', 'warning', location, forces('it', describe(object)), unforce));
  }
  for (const [key, values] of Object.entries(skips)) {
    const value = annotations[key];
    if (value === undefined || !values.some((one) => one.toLowerCase() === value.toLowerCase())) continue;
    found.push(
      finding(
        'flux-skips',
        'info',
        object.origin.location(['metadata', 'annotations', key], 'key'),
        `${key}: ${value} keeps Flux from changing ${describe(object)}: Keelson still updates its images, but changes in git are not applied.`,
        'Remove it when it is no longer needed.',
      ),
    );
  }
  return found;
}
