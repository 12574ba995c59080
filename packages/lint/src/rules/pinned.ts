import { repositoryOf } from '@keelson/image';
import type { Path } from '@keelson/kube/fields';
import { at, fields, list, text } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { appliedBy, isFluxKustomization } from '../model/flux.ts';
import type { Origin } from '../model/manifest-object.ts';
import { describe } from '../model/manifest-object.ts';
import { names } from '../model/retagged.ts';
import type { Subject } from '../model/subject.ts';
import type { LintedContainer, LintedWorkload } from '../model/workload.ts';
import { referenceOf } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import { filesOf } from '../source/kustomizations.ts';
import type { Rule } from './rule.ts';

/** Followed images that git pins to a digest, so that no push is rolled out. In a cluster such pins are Keelson's own. */
export const pinned: Rule = (subject) => {
  if (subject.origin === 'cluster') return [];
  return [...inManifest(subject), ...inKustomizeFiles(subject), ...inFlux(subject)];
};

function inManifest({ workloads }: Subject): readonly Finding[] {
  return workloads.flatMap(({ object, containers }) =>
    containers
      .filter(({ followed, reference }) => followed && reference?.digest !== undefined)
      .map(({ name, path }) =>
        finding(
          'pinned-by-digest',
          'warning',
          object.origin.location([...path, 'image']),
          `Container ${name} of ${describe(object)} is followed and pinned to a digest, so no push reaches it.`,
          'Remove the digest to follow the tag, or the policy to keep the digest.',
        ),
      ),
  );
}

function inKustomizeFiles({ workloads, kustomizations }: Subject): readonly Finding[] {
  return kustomizations.flatMap(({ folder, value, origin }) => {
    const files = new Set(filesOf(folder, kustomizations));
    const applied = workloads.filter(({ object: { origin: from } }) => from.file !== undefined && files.has(from.file));
    return entries(list(value['images']), ['images'], origin, applied);
  });
}

function inFlux(subject: Subject): readonly Finding[] {
  return subject.objects.filter(isFluxKustomization).flatMap((flux) => {
    const applied = appliedBy(flux, subject);
    const images = list(at(flux.value, ['spec', 'images']));
    const patches = list(at(flux.value, ['spec', 'patches']));
    return [
      ...entries(images, ['spec', 'images'], flux.origin, applied),
      ...patches.flatMap((patch, index) =>
        inPatch(text(fields(patch)['patch']) ?? '', ['spec', 'patches', index, 'patch'], flux.origin, applied),
      ),
    ];
  });
}

function entries(
  images: readonly unknown[],
  path: Path,
  origin: Origin,
  applied: readonly LintedWorkload[],
): readonly Finding[] {
  return images.flatMap((entry, index) => {
    const { name, digest } = fields(entry);
    if (typeof name !== 'string' || typeof digest !== 'string') return [];
    const hit = find(applied, ({ image }) => names(name, image));
    return hit ? [elsewhere(hit, origin, [...path, index, 'digest'])] : [];
  });
}

/** `…@sha256:<64 hex>` in a patch, of a followed repository. */
function inPatch(patch: string, path: Path, origin: Origin, applied: readonly LintedWorkload[]): readonly Finding[] {
  const named = [...patch.matchAll(/[\w./:-]+@sha256:[0-9a-f]{64}/g)].flatMap(([image]) => referenceOf(image) ?? []);
  const hit = find(applied, ({ reference }) =>
    named.some((one) => reference !== undefined && repositoryOf(one) === repositoryOf(reference)),
  );
  return hit ? [elsewhere(hit, origin, path)] : [];
}

interface Hit {
  readonly workload: LintedWorkload;
  readonly container: LintedContainer;
}

function find(applied: readonly LintedWorkload[], matches: (container: LintedContainer) => boolean): Hit | undefined {
  for (const workload of applied) {
    const container = workload.containers.find((one) => one.followed && matches(one));
    if (container) return { workload, container };
  }
  return undefined;
}

function elsewhere({ workload, container }: Hit, origin: Origin, path: Path): Finding {
  return finding(
    'pinned-by-digest',
    'error',
    origin.location(path),
    `This pins container ${container.name} of ${describe(workload.object)} to a digest, and the workload is followed: each reconciliation restores this digest.`,
    'Remove the digest here to follow the tag, or the policy of the workload to keep the digest.',
  );
}
