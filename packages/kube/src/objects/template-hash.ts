import { hash } from 'node:crypto';
import type { WorkloadKind } from '../types.ts';
import { templateOf } from './kinds.ts';

// 64 bits: two templates of one workload are compared, never all of a cluster's.
const length = 16;

/** JSON with the keys in order. What is null is left out: older API servers send `creationTimestamp: null`, newer ones nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** 16 hex digits for the whole pod template of an object as the API server sends it; a CronJob's lies below its `jobTemplate`. */
export function templateHashOf(kind: WorkloadKind, object: unknown): string {
  return hash('sha256', canonical(templateOf(kind, object)), 'hex').slice(0, length);
}
