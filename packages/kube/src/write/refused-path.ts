import { KubeError } from '../http/kube-error.ts';
import type { Owner } from '../types.ts';
import type { WritePath } from './types.ts';

/** Nothing that lasts can be written while the owner is unknown: the write is refused, and tried again, until the owner is known. */
export function refusedPath({ message }: Extract<Owner, { readonly type: 'unknown' }>): WritePath {
  const refusal = `Nothing was written, since the owner of the workload is unknown: ${message}`;
  return {
    name: 'template-annotation',
    warnings: () => [],
    write: () => Promise.reject(new KubeError(refusal, { code: 'forbidden' })),
  };
}
