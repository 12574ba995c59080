import { at, fields, list } from '@keelson/kube/fields';
import { filesOf } from '../source/kustomizations.ts';
import { appliedBy, isFluxKustomization } from './flux.ts';
import type { Subject } from './subject.ts';
import type { LintedContainer, LintedWorkload } from './workload.ts';

/**
 * Whether a kustomization gives a container another name or tag than its manifest does. The tag in the manifest is a placeholder then.
 */
export function isRetagged(subject: Subject, workload: LintedWorkload, { image }: LintedContainer): boolean {
  const { file } = workload.object.origin;
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
    subject.objects
      .filter((object) => isFluxKustomization(object) && list(at(object.value, ['spec', 'images'])).some(renames))
      .some((flux) => appliedBy(flux, subject).includes(workload))
  );
}

/** Compares as kustomize does: an image matches by its name, whatever tag or digest follows. */
export function names(name: string, image: string): boolean {
  return image === name || image.startsWith(`${name}:`) || image.startsWith(`${name}@`);
}
