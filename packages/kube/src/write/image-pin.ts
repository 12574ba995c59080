import { pin } from '@keelson/image';
import type { KubeHttp } from '../http/request.ts';
import { patchFields } from './field-patch.ts';
import { expectImage, findContainer } from './find-container.ts';
import { stateOf } from './state.ts';
import type { WritePath } from './types.ts';

/** For objects that nobody reconciles: `repo:tag@sha256:…` as the image of the container. */
export function createImagePin(http: KubeHttp): WritePath {
  return {
    name: 'image-pin',
    warnings: () => [],
    async write(workload, changes, options) {
      const images = changes.map((change) => {
        const container = findContainer(workload, change);
        const to = pin(change.expected, change.digest);
        if (container.image !== to) expectImage(workload, change, container.image);
        return { container, to };
      });
      return patchFields(http, workload, { images, annotations: stateOf(options) }, options?.signal);
    },
  };
}
