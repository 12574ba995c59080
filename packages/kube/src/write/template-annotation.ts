import type { KubeHttp } from '../http/request.ts';
import { fieldManager, pinAnnotation, stateKey } from '../keys.ts';
import { apiVersionOf, templatePathOf } from '../objects/kinds.ts';
import type { Container, Workload } from '../types.ts';
import { expectImage, findContainer } from './find-container.ts';
import { guardedPatch, resultOf } from './guarded-patch.ts';
import { referenceOf } from './image-text.ts';
import { pinValue } from './pin-value.ts';
import { fittingPins } from './pins.ts';
import type { ImageChange, PinPolicy, WriteOptions, WritePath } from './types.ts';
import type { Warn } from './warnings.ts';
import { mayBeReverted } from './warnings.ts';

type Values = Readonly<Record<string, string>>;

/** Every pin annotation to apply: those that are there and still fit, and the new ones. */
function pinsFor(workload: Workload, changes: readonly ImageChange[]): Values {
  const pins = { ...fittingPins(workload) };
  for (const change of changes) {
    expectImage(workload, change, findContainer(workload, change).image);
    pins[pinAnnotation(change.container)] = pinValue(change.expected, change.digest);
  }
  return pins;
}

/** The state to apply: the new one, else the present one, since server-side apply removes owned fields that an apply leaves out. */
function stateFor({ annotations }: Workload, { state = annotations[stateKey] }: WriteOptions): Values {
  return state === undefined ? {} : { [stateKey]: state };
}

/** The smallest object to apply: which object it is meant for, and Keelson's annotations. */
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
  // Applying an empty map would make the map itself Keelson's, and with it whatever others put into it.
  const state = Object.keys(annotations).length === 0 ? {} : { annotations };
  return {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: { namespace, name, uid, resourceVersion, ...state },
    ...spec,
  };
}

/** Whether Keelson owns the key by server-side apply. An equal value that another field manager wrote would go when that one removes it. */
function isOurs({ writers }: Workload, key: string): boolean {
  return writers[key]?.some(({ manager, operation }) => manager === fieldManager && operation === 'Apply') ?? false;
}

function reusesOldImage({ image, imagePullPolicy = 'IfNotPresent' }: Container): boolean {
  if (imagePullPolicy !== 'IfNotPresent') return false;
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
 * For objects that a GitOps tool reconciles: it would revert an image, but leaves annotations of other field managers alone. So the digest goes
 * into an annotation of the pod template, by server-side apply, which starts new pods; the image stays as git has it.
 *
 * Each apply names every annotation of Keelson's, since one that is left out is removed. `uid` and `resourceVersion` are the guard (law 3).
 */
export function createTemplateAnnotation(http: KubeHttp, pinPolicy: PinPolicy): WritePath {
  return {
    name: 'template-annotation',
    warnings(workload, followed) {
      // Pods that get a digest pull that one, whatever their pull policy.
      if (pinPolicy.worksIn(workload.namespace)) return [];
      return [...pullPolicyWarnings(workload, followed), ...mayBeReverted(workload, followed)];
    },
    async write(workload, changes, options = {}) {
      const pins = pinsFor(workload, changes);
      const state = stateFor(workload, options);
      const carried =
        Object.entries(pins).every(
          ([key, value]) => workload.templateAnnotations[key] === value && isOurs(workload, key),
        ) && Object.entries(state).every(([key, value]) => workload.annotations[key] === value);
      if (carried) return resultOf(workload);
      return guardedPatch(http, workload, {
        contentType: 'application/apply-patch+yaml',
        body: applied(workload, state, pins),
        force: true,
        // Another uid under the same name is answered 422 "metadata.uid: field is immutable"; a deleted object, 409.
        isGuard: ({ namesField }) => namesField === 'metadata.uid',
        signal: options.signal,
      });
    },
  };
}
