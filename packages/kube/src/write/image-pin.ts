import { pin } from '@keelson/image';
import type { KubeHttp } from '../http/request.ts';
import { pinAnnotation } from '../keys.ts';
import { patchFields } from './field-patch.ts';
import { expectImage, findContainer } from './find-container.ts';
import { stateOf } from './state.ts';
import type { WritePath } from './types.ts';

/**
 * For objects that nobody reconciles: `repo:tag@sha256:…` as the image of the container. A pin annotation of an earlier write goes: it would count
 * again as soon as somebody applies the image without its digest.
 */
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
      const templateAnnotations = Object.fromEntries(
        changes.map(({ container }) => [pinAnnotation(container), undefined]),
      );
      return patchFields(
        http,
        workload,
        { images, templateAnnotations, annotations: stateOf(options) },
        options?.signal,
      );
    },
  };
}
