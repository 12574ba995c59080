import { at, fields, list } from '../fields.ts';
import { filesOf } from '../source/kustomizations.ts';
import { appliedBy, isFluxKustomization } from './flux.ts';
import type { Subject } from './subject.ts';
import type { CheckedContainer, LintedWorkload } from './workload.ts';

/**
 * Whether a kustomization gives a container another name or tag than its manifest does. What the manifest says is a placeholder then: its
 * tag is no sign of anything.
 */
export function isRetagged(subject: Subject, workload: LintedWorkload, { image }: CheckedContainer): boolean {
  const { file } = workload.thing.origin;
  if (file === undefined) return false;
  const renames = (entry: unknown): boolean => {
    const { name, newName, newTag } = fields(entry);
    return typeof name === 'string' && (newName ?? newTag) !== undefined && names(name, image);
  };
  const byFile = subject.kustomizations.some(
    ({ folder, value }) =>
      list(value['images']).some(renames) && filesOf(folder, subject.kustomizations).includes(file),
  );
  return (
    byFile ||
    subject.things
      .filter((thing) => isFluxKustomization(thing) && list(at(thing.value, ['spec', 'images'])).some(renames))
      .some((flux) => appliedBy(flux, subject).includes(workload))
  );
}

/** As kustomize compares: the name as it is, or with a tag or a digest after it. */
export function names(name: string, image: string): boolean {
  return image === name || image.startsWith(`${name}:`) || image.startsWith(`${name}@`);
}
