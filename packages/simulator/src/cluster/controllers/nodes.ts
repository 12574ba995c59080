import { fieldsOf } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import type { PodSpec } from '../objects/pod.ts';
import { matchesSelector } from '../selectors/label.ts';
import type { Control } from './control.ts';

/** The nodes that take new pods. */
export function openNodes({ store }: Control): KubeObject[] {
  return store.list(kinds.node).filter((node) => fieldsOf(node['spec'])['unschedulable'] !== true);
}

/** A pod's nodeSelector allows this node. */
export function isSelected(node: KubeObject, { nodeSelector }: PodSpec): boolean {
  return matchesSelector({ matchLabels: nodeSelector }, node.metadata.labels ?? {});
}
