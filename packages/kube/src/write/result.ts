import { fields, number, text } from '../fields.ts';
import type { Workload, WriteResult } from '../types.ts';

/** The object as given already carried everything. */
export function unchanged({ generation, resourceVersion }: Workload): WriteResult {
  return { changed: false, generation, resourceVersion };
}

/** What a write's answer, the whole object, says. A write without effect keeps the resourceVersion. */
export function resultOf(answer: unknown, before: Workload): WriteResult {
  const metadata = fields(fields(answer).metadata);
  const resourceVersion = text(metadata.resourceVersion) ?? '';
  return {
    changed: resourceVersion !== before.resourceVersion,
    generation: number(metadata.generation),
    resourceVersion,
  };
}
