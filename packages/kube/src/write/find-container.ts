import { ConflictError } from '../http/kube-error.ts';
import type { Container, ImageChange, Workload } from '../types.ts';

/** `Deployment shop/web`, for sentences. */
export function nameOf({ kind, namespace, name }: Workload): string {
  return `${kind} ${namespace}/${name}`;
}

/** @throws ConflictError when the container is not there */
export function findContainer(workload: Workload, { container }: ImageChange): Container {
  const found = workload.containers.find(({ name }) => name === container);
  if (found !== undefined) return found;
  throw new ConflictError(`${nameOf(workload)} has no container "${container}" any more.`);
}

/** @throws ConflictError when the image is not the one that was expected */
export function expectImage(workload: Workload, { container, expected }: ImageChange, image: string): void {
  if (image === expected) return;
  throw new ConflictError(
    `Container "${container}" of ${nameOf(workload)} names ${image}, not ${expected} as it did when this was decided.`,
  );
}
