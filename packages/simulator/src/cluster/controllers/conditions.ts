import { timestamp } from '../objects/object.ts';
import type { Condition } from '../objects/pod.ts';

export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** What is said anew of a condition. */
export interface Statement {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * Replaces a condition; the transition time moves only with the status. One of the same status and reason stays as it is
 * unless `always` (deployment/util, SetDeploymentCondition).
 */
export function withCondition(
  conditions: readonly Condition[],
  said: Statement,
  now: number,
  always = false,
): Condition[] {
  const before = findCondition(conditions, said.type);
  if (!always && before?.status === said.status && before.reason === said.reason) return [...conditions];
  const at = timestamp(now);
  const lastTransitionTime = before?.status === said.status ? (before.lastTransitionTime ?? at) : at;
  const { type, status, reason, message } = said;
  const condition: Condition = { type, status, lastUpdateTime: at, lastTransitionTime, reason, message };
  return [...conditions.filter((each) => each.type !== said.type), condition];
}
