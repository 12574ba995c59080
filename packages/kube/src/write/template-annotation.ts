import type { KubeHttp } from '../http/request.ts';
import { apiVersionOf, templatePathOf } from '../objects/kinds.ts';
import type { Container, ImageChange, PinPolicy, Workload, WriteOptions, WritePath } from '../types.ts';
import { annotationValue, fittingPins, pinAnnotation } from './digest-annotation.ts';
import { fieldManager } from './field-manager.ts';
import { expectImage, findContainer } from './find-container.ts';
import { guardedPatch } from './guarded-patch.ts';
import { stateKey } from './keys.ts';
import { referenceOf } from './pinned-image.ts';
import { unchanged } from './result.ts';
import type { Warn } from './warnings.ts';
import { mayBeReverted } from './warnings.ts';

type Values = Readonly<Record<string, string>>;

function marksFor(workload: Workload, changes: readonly ImageChange[]): Values {
  const marks = { ...fittingPins(workload) };
  for (const change of changes) {
    expectImage(workload, change, findContainer(workload, change).image);
    marks[pinAnnotation(change.container)] = annotationValue(change.expected, change.digest);
  }
  return marks;
}

/** The state to apply: the new one, or the one that is there, because an apply removes what it owned and leaves out. */
function stateFor({ annotations }: Workload, { state = annotations[stateKey] }: WriteOptions): Values {
  return state === undefined ? {} : { [stateKey]: state };
}

/** The smallest object that says only our annotations, and which object it is meant for. */
function applied(
  { kind, namespace, name, uid, resourceVersion }: Workload,
  annotations: Values,
  templateAnnotations: Values,
): unknown {
  const template: unknown = { metadata: { annotations: templateAnnotations } };
  const [first, ...rest] = templatePathOf(kind).toReversed();
  const spec = rest.reduce<Record<string, unknown>>((inner, key) => ({ [key]: inner }), {
    [first ?? 'template']: template,
  });
  // An empty map would be ours as such, and with it whatever it comes to hold.
  const state = Object.keys(annotations).length === 0 ? {} : { annotations };
  return {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: { namespace, name, uid, resourceVersion, ...state },
    ...spec,
  };
}

/** Whether server-side apply under our name holds the key: a value that somebody else wrote, though equal, goes with its writer. */
function isOurs({ writers }: Workload, key: string): boolean {
  return writers[key]?.some(({ manager, operation }) => manager === fieldManager && operation === 'Apply') ?? false;
}

function reusesOldImage({ image, imagePullPolicy = 'IfNotPresent' }: Container): boolean {
  if (imagePullPolicy === 'Always') return false;
  const reference = referenceOf(image);
  return reference !== undefined && reference.digest === undefined;
}

function pullPolicyWarnings(workload: Workload, followed: readonly string[] | undefined): ReturnType<Warn> {
  const read = workload.containers.filter(({ name, init }) => followed?.includes(name) ?? !init);
  return read.filter(reusesOldImage).map(({ name, imagePullPolicy = 'IfNotPresent' }) => ({
    code: 'reuses-old-image',
    message: `Container "${name}" has imagePullPolicy ${imagePullPolicy}, so a node that has an older image of the same tag starts that one again. Set imagePullPolicy: Always for it in git.`,
  }));
}

/**
 * For objects that a GitOps tool reconciles: it would put back an image, but leaves annotations of other field managers alone. So the
 * digest goes into an annotation of the pod template, by server-side apply, which starts new pods; the image stays as git says.
 *
 * Each apply names all our annotations, since one that is left out is removed. `uid` and `resourceVersion` are the guard (law 3).
 */
export function createTemplateAnnotation(http: KubeHttp, pinPolicy: PinPolicy): WritePath {
  return {
    name: 'template-annotation',
    warnings(workload, followed) {
      // Pods that are given a digest pull that one, whatever their pull policy.
      if (pinPolicy.works) return [];
      return [...pullPolicyWarnings(workload, followed), ...mayBeReverted(workload)];
    },
    async write(workload, changes, options = {}) {
      const marks = marksFor(workload, changes);
      const state = stateFor(workload, options);
      const carried =
        Object.entries(marks).every(
          ([key, value]) => workload.templateAnnotations[key] === value && isOurs(workload, key),
        ) && Object.entries(state).every(([key, value]) => workload.annotations[key] === value);
      if (carried) return unchanged(workload);
      return guardedPatch(http, workload, {
        contentType: 'application/apply-patch+yaml',
        body: applied(workload, state, marks),
        force: true,
        // Another uid under the same name is answered 422 "metadata.uid: field is immutable"; a deleted object, 409.
        isStale: ({ namesField }) => namesField === 'metadata.uid',
        signal: options.signal,
      });
    },
  };
}
