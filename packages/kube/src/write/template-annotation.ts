import { parseReference } from '@keelson/image';
import type { KubeHttp } from '../http/request.ts';
import { apiVersionOf, templatePathOf } from '../objects/kinds.ts';
import type { Container, ImageChange, Workload, WritePath } from '../types.ts';
import { annotationKey, annotationValue, fittingMarks } from './digest-annotation.ts';
import { expectImage, findContainer } from './find-container.ts';
import { guardedPatch } from './guarded-patch.ts';
import { unchanged } from './result.ts';

function marksFor(workload: Workload, changes: readonly ImageChange[]): Readonly<Record<string, string>> {
  const marks = { ...fittingMarks(workload) };
  for (const change of changes) {
    expectImage(workload, change, findContainer(workload, change).image);
    marks[annotationKey(change.container)] = annotationValue(change.expected, change.digest);
  }
  return marks;
}

/** The smallest object that says only our annotations, and which object it is meant for. */
function applied(
  { kind, namespace, name, uid, resourceVersion }: Workload,
  annotations: Readonly<Record<string, string>>,
): unknown {
  const template: unknown = { metadata: { annotations } };
  const [first, ...rest] = templatePathOf(kind).toReversed();
  const spec = rest.reduce<Record<string, unknown>>((inner, key) => ({ [key]: inner }), {
    [first ?? 'template']: template,
  });
  return { apiVersion: apiVersionOf(kind), kind, metadata: { namespace, name, uid, resourceVersion }, ...spec };
}

function reusesOldImage({ image, imagePullPolicy = 'IfNotPresent' }: Container): boolean {
  if (imagePullPolicy === 'Always') return false;
  try {
    return parseReference(image).digest === undefined;
  } catch {
    return false;
  }
}

/**
 * For objects that a GitOps tool reconciles: it would put back an image, but leaves annotations of other field managers alone. So the
 * digest goes into an annotation of the pod template, by server-side apply, which starts new pods; the image stays as git says.
 *
 * Each apply names all our annotations, since one that is left out is removed. `uid` and `resourceVersion` are the guard (law 3).
 */
export function createTemplateAnnotation(http: KubeHttp): WritePath {
  return {
    name: 'template-annotation',
    warnings(workload, followed) {
      const read = workload.containers.filter(({ name, init }) => followed?.includes(name) ?? !init);
      return read.filter(reusesOldImage).map(({ name, imagePullPolicy = 'IfNotPresent' }) => ({
        code: 'reuses-old-image',
        message: `Container "${name}" has imagePullPolicy ${imagePullPolicy}, so a node that has an older image of the same tag starts that one again. Set imagePullPolicy: Always for it in git.`,
      }));
    },
    async write(workload, changes, signal) {
      const marks = marksFor(workload, changes);
      const carried = Object.entries(marks).every(([key, value]) => workload.templateAnnotations[key] === value);
      if (carried) return unchanged(workload);
      return guardedPatch(http, workload, {
        contentType: 'application/apply-patch+yaml',
        body: applied(workload, marks),
        force: true,
        // Another uid under the same name is answered 422 "metadata.uid: field is immutable"; a deleted object, 409.
        isStale: ({ namesField }) => namesField === 'metadata.uid',
        signal,
      });
    },
  };
}
