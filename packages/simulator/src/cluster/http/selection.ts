import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import { fieldSelector } from '../selectors/field.ts';
import { labelSelector } from '../selectors/label.ts';

export interface Selection {
  readonly matches: (object: KubeObject) => boolean;
  /** A selector was given; a namespace alone is none. */
  readonly selective: boolean;
}

/** Namespace, labelSelector and fieldSelector of a list or a watch, as one predicate. */
export function selection(kind: KindInfo, namespace: string | undefined, query: URLSearchParams): Selection {
  const byLabels = labelSelector(query.get('labelSelector') ?? '');
  const byFields = fieldSelector(kind, query.get('fieldSelector') ?? '');
  const matches = (object: KubeObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (byLabels?.(object.metadata.labels ?? {}) ?? true) &&
    (byFields?.(object) ?? true);
  return { matches, selective: byLabels !== undefined || byFields !== undefined };
}
