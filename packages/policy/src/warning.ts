/** Something in the manifest that does not do what its author expects. It never stops a workload and is always shown. */
export interface Warning {
  /** Stable code in kebab-case: `unknown-annotation`, `unreadable-schedule`, `ineffective-annotation` … */
  readonly code: string;
  /** The annotation or label key that the warning is about. */
  readonly key?: string;
  /** What is wrong and what to do, in one sentence. */
  readonly message: string;
}
