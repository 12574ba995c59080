import { at, list } from '../fields.ts';
import { finding } from '../finding.ts';
import { appliedBy, isFluxKustomization, pinsPods } from '../model/flux.ts';
import type { Subject } from '../model/subject.ts';
import type { Thing } from '../model/thing.ts';
import { describe } from '../model/thing.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

const group = 'kustomize.toolkit.fluxcd.io';
/** By which Flux leaves an object as it is: seen on kustomize-controller 1.9. */
const skips: Readonly<Record<string, readonly string[]>> = {
  [`${group}/reconcile`]: ['disabled'],
  [`${group}/ssa`]: ['Ignore', 'IfNotPresent'],
};

/** What Flux is told here that does not go with a workload which is updated beside it. */
export const fluxSettings: Rule = (subject) => [
  ...subject.things.filter(isFluxKustomization).flatMap((flux) => onKustomization(flux, subject)),
  ...subject.workloads
    .filter(({ followed }) => followed)
    .flatMap(({ thing, annotations }) => onWorkload(thing, annotations)),
];

function onKustomization(flux: Thing, subject: Subject): readonly Finding[] {
  const first = appliedBy(flux, subject).find(({ followed }) => followed);
  if (!first) return [];
  const found: Finding[] = [];
  if (at(flux.value, ['spec', 'force']) === true) {
    found.push(
      finding(
        'flux-force',
        'warning',
        flux.origin.place(['spec', 'force']),
        forces(describe(flux), describe(first.thing)),
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
        flux.origin.place(['spec', 'images'], 'key'),
        `${describe(flux)} has both spec.images and spec.patches in git, so Keelson can write its entry for a rollback of ${describe(first.thing)} into neither: Flux would undo the rollback.`,
        'Move one of the two lists into the kustomization.yaml of the path, or apply infrastructure/keelson-pin.',
      ),
    );
  }
  return found;
}

const unforce = 'Remove it; delete the workload by hand the day that an immutable field has to change.';

function forces(what: string, workload: string): string {
  return `With force on ${what}, Flux deletes ${workload} and makes it again when an immutable field changes: Keelson's digest goes with it, and its pods start from the tag until Keelson has put the digest back.`;
}

function onWorkload(thing: Thing, annotations: Readonly<Record<string, string>>): readonly Finding[] {
  const found: Finding[] = [];
  const force = `${group}/force`;
  if (annotations[force]?.toLowerCase() === 'enabled') {
    const place = thing.origin.place(['metadata', 'annotations', force], 'key');
    found.push(finding('flux-force', 'warning', place, forces('it', describe(thing)), unforce));
  }
  for (const [key, values] of Object.entries(skips)) {
    const value = annotations[key];
    if (value === undefined || !values.some((one) => one.toLowerCase() === value.toLowerCase())) continue;
    found.push(
      finding(
        'flux-skips',
        'info',
        thing.origin.place(['metadata', 'annotations', key], 'key'),
        `${key}: ${value} makes Flux leave ${describe(thing)} as it is: images still move, but what git changes in it does not arrive.`,
        'Remove it once the reason is gone.',
      ),
    );
  }
  return found;
}
