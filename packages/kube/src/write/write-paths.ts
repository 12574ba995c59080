import type { KubeHttp } from '../http/request.ts';
import type { Workload, WritePath } from '../types.ts';
import { createImagePin } from './image-pin.ts';
import { createTemplateAnnotation } from './template-annotation.ts';

/** Chooses the way of writing that a workload's owner will not undo (law 9). */
export function createWritePaths(http: KubeHttp): (workload: Workload) => WritePath {
  const imagePin = createImagePin(http);
  const templateAnnotation = createTemplateAnnotation(http);
  return ({ owner }) => (owner.type === 'none' ? imagePin : templateAnnotation);
}
