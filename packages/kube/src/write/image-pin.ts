import { pin } from '@keelson/image';
import type { KubeHttp } from '../http/request.ts';
import { templatePathOf } from '../objects/kinds.ts';
import type { ImageChange, Workload, WritePath } from '../types.ts';
import { expectImage, findContainer } from './find-container.ts';
import { guardedPatch } from './guarded-patch.ts';
import { unchanged } from './result.ts';

type Operation = { readonly op: 'test' | 'replace'; readonly path: string; readonly value: string };

function operationsFor(workload: Workload, change: ImageChange): readonly Operation[] {
  const { name, image, init, index } = findContainer(workload, change);
  const pinned = pin(change.expected, change.digest);
  if (image === pinned) return [];
  expectImage(workload, change, image);
  const place = ['', ...templatePathOf(workload.kind), 'spec', init ? 'initContainers' : 'containers', index].join('/');
  return [
    { op: 'test', path: `${place}/name`, value: name },
    { op: 'test', path: `${place}/image`, value: image },
    { op: 'replace', path: `${place}/image`, value: pinned },
  ];
}

/**
 * For objects that nobody reconciles: `repo:tag@sha256:…` in the container itself, by a JSON patch of that field alone. The `test`
 * operations are the guard: the API server refuses the whole patch when the container or its image moved since it was read (law 3).
 */
export function createImagePin(http: KubeHttp): WritePath {
  return {
    name: 'image-pin',
    warnings: () => [],
    async write(workload, changes, signal) {
      const operations = changes.flatMap((change) => operationsFor(workload, change));
      if (operations.length === 0) return unchanged(workload);
      const same: Operation = { op: 'test', path: '/metadata/uid', value: workload.uid };
      return guardedPatch(http, workload, {
        contentType: 'application/json-patch+json',
        body: [same, ...operations],
        // A patch that does not fit is answered 422 without naming a field; a validation that failed names one.
        isStale: ({ namesField }) => !namesField,
        signal,
      });
    },
  };
}
