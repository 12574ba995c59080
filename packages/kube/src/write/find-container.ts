import type { WorkloadKey } from '@keelson/core';
import { ConflictError } from '../http/kube-error.ts';
import type { Container, Workload } from '../types.ts';
import type { ImageChange } from './types.ts';

/** `Deployment shop/web`, for messages. */
export function nameOf({ kind, namespace, name }: WorkloadKey): string {
  return `${kind} ${namespace}/${name}`;
}

/** @throws ConflictError when the workload has no such container */
export function findContainer(workload: Workload, { container }: ImageChange): Container {
  const found = workload.containers.find(({ name }) => name === container);
  if (found !== undefined) return found;
  throw new ConflictError(`${nameOf(workload)} no longer has a container "${container}".`);
}

/** @throws ConflictError when the image is not the expected one */
export function expectImage(workload: Workload, { container, expected }: ImageChange, image: string): void {
  if (image === expected) return;
  throw new ConflictError(
    `Container "${container}" of ${nameOf(workload)} names ${image}, not ${expected} as it did when this was decided.`,
  );
}
