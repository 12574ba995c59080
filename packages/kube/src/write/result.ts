import { readWorkload } from '../objects/workload.ts';
import type { Workload, WriteResult } from '../types.ts';

/** The object as given already carried everything. */
export function unchanged({ generation, resourceVersion, templateHash }: Workload): WriteResult {
  return { changed: false, generation, resourceVersion, templateHash };
}

/** What a write's answer, the whole object, says. A write without effect keeps the resourceVersion. */
export function resultOf(answer: unknown, before: Workload): WriteResult {
  const { generation, resourceVersion, templateHash } = readWorkload(before.kind, answer) ?? before;
  return { changed: resourceVersion !== before.resourceVersion, generation, resourceVersion, templateHash };
}
