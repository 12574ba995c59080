import type { RolloutChange } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { Container } from '@keelson/kube';

/** Whether the container of a change names its repository and tag, and no digest: its new pods pull what the tag means when they start. */
export function namesTagOf(
  { containers }: { readonly containers: readonly Container[] },
  { container, image, to }: RolloutChange,
): boolean {
  const named = containers.find(({ name }) => name === container)?.image;
  if (named === undefined) return false;
  try {
    const { digest, tag, ...reference } = parseReference(named);
    return digest === undefined && tag === to.tag && repositoryOf(reference) === image;
  } catch {
    return false;
  }
}
