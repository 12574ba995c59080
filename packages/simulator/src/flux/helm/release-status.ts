import { z } from 'zod';
import type { Fields } from '../../cluster/json.ts';
import { fieldsOf } from '../../cluster/json.ts';
import { timestamp } from '../../cluster/objects/object.ts';

type Truth = 'True' | 'False' | 'Unknown';

const condition = z.looseObject({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: z.string(),
});
export type ReleaseCondition = z.infer<typeof condition>;

type ConditionType = 'Ready' | 'Reconciling' | 'Released' | 'Remediated' | 'Stalled' | 'Drifted';

/** The status of a HelmRelease while a pass changes it. Every field is that of the API. */
export class ReleaseStatus {
  #conditions: readonly ReleaseCondition[];
  readonly #fields: Fields;

  constructor(object: Fields) {
    const { conditions, ...rest } = fieldsOf(object['status']);
    this.#conditions = z.array(condition).safeParse(conditions).data ?? [];
    this.#fields = rest;
  }

  get(field: string): unknown {
    return this.#fields[field];
  }

  count(field: 'failures' | 'installFailures' | 'upgradeFailures'): number {
    const value = this.#fields[field];
    return typeof value === 'number' ? value : 0;
  }

  set(fields: Fields): void {
    Object.assign(this.#fields, fields);
  }

  condition(type: ConditionType): ReleaseCondition | undefined {
    return this.#conditions.find((each) => each.type === type);
  }

  say(type: ConditionType, status: Truth, reason: string, message: string): void {
    const before = this.condition(type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp(Date.now());
    const said = { type, status, reason, message, lastTransitionTime };
    this.#conditions = [...this.#conditions.filter((each) => each.type !== type), said];
  }

  unsay(...types: readonly ConditionType[]): void {
    this.#conditions = this.#conditions.filter((each) => !types.some((type) => type === each.type));
  }

  /** Ready follows Remediated where there is one, which counts as a failure whatever it says, else Released (internal/reconcile, summarize). */
  summarize(postRenderersDigest: string): void {
    const remediated = this.condition('Remediated');
    const from = remediated ?? this.condition('Released');
    if (from !== undefined) {
      this.say('Ready', remediated === undefined ? from.status : 'False', from.reason, from.message);
    }
    if (this.condition('Ready')?.status === 'True') this.unsay('Stalled');
    this.set({ observedPostRenderersDigest: postRenderersDigest });
  }

  /** To be written: the patch helper stamps all conditions with the generation that is there when it writes, whatever the pass has read. */
  toPatch(latestGeneration: unknown): Fields {
    const conditions = this.#conditions.map((each) => ({ ...each, observedGeneration: latestGeneration }));
    return { ...this.#fields, conditions };
  }
}
