import { copy, equal, fieldsOf } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import { controllerOf, keyOf } from '../objects/object.ts';
import type { PodTemplate } from '../objects/pod.ts';
import { podTemplate } from '../objects/pod.ts';
import type { DaemonSet, StatefulSet } from '../objects/workloads.ts';
import type { Control } from './control.ts';
import { controllerManager } from './control.ts';
import { controllerReference } from './pods.ts';
import { templateHash } from './template-hash.ts';

/** A state of a pod template that a StatefulSet or DaemonSet has had: a ControllerRevision. */
export interface Revision {
  readonly name: string;
  readonly hash: string;
  readonly number: number;
  readonly object: KubeObject;
}

type Owner = StatefulSet | DaemonSet;

/** By which a pod, and a DaemonSet's revision, say what they are of. */
export const revisionHash = 'controller-revision-hash';
const hashLabels = [revisionHash, 'controller.kubernetes.io/hash'];

function dataOf({ spec }: Owner): unknown {
  return { spec: { template: { ...copy(spec.template), $patch: 'replace' } } };
}

function asRevision(object: KubeObject): Revision {
  const { name, labels } = object.metadata;
  const hash = hashLabels.map((label) => labels?.[label]).find((each) => each !== undefined) ?? '';
  return { name, hash, number: Number(object['revision'] ?? 0), object };
}

/** The revisions of this owner, oldest first. */
export function revisionsOf(control: Control, owner: Owner): Revision[] {
  const owned = control.store.ownedBy(owner).filter(({ kind }) => kind === kinds.controllerRevision);
  const mine = owned.filter(({ object }) => controllerOf(object)?.uid === owner.metadata.uid);
  return mine.map(({ object }) => asRevision(object)).sort((a, b) => a.number - b.number);
}

/** The revision of the present template: an equal one from before is taken up again, under the newest number. */
export function currentRevision(control: Control, owner: Owner): Revision {
  const all = revisionsOf(control, owner);
  const data = dataOf(owner);
  const newest = (all.at(-1)?.number ?? 0) + 1;
  const options = { manager: controllerManager };
  const equalOne = all.findLast((each) => equal(each.object['data'], data));
  if (equalOne !== undefined) {
    if (equalOne.number === newest - 1) return equalOne;
    const key = keyOf(equalOne.object);
    const moved = control.writer.change(kinds.controllerRevision, key, options, (live) => ({
      ...live,
      revision: newest,
    }));
    return moved === undefined ? equalOne : asRevision(moved);
  }
  const hash = templateHash(data);
  const { name, namespace } = owner.metadata;
  const label = owner.kind === 'DaemonSet' ? revisionHash : 'controller.kubernetes.io/hash';
  const object: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...owner.spec.template.metadata?.labels, [label]: hash },
      ownerReferences: [controllerReference(owner)],
      uid: '',
      resourceVersion: '',
    },
    data,
    revision: newest,
  };
  return asRevision(control.writer.create(kinds.controllerRevision, object, options));
}

/** The template that a revision holds, for making a pod of an older one. */
export function templateOf(revision: Revision): PodTemplate {
  const { $patch: _patch, ...template } = fieldsOf(fieldsOf(fieldsOf(revision.object['data'])['spec'])['template']);
  return podTemplate.parse(template);
}
