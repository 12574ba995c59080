/** The delays of a simulated kubelet in milliseconds, before scaling. */
export interface KubeletTimes {
  /** From the registry's answer to a pull until the container starts. */
  readonly pullMs: number;
  /** From the start of a simulated container until it is ready, or crashes. */
  readonly readyMs: number;
  /** The first delay after a failed pull or a second crash; each failure doubles it. */
  readonly backoffMs: number;
  /** The same after a second crash alone: long enough for a crash loop to be seen, however busy the machine is. @default backoffMs */
  readonly crashBackoffMs?: number;
  /** From the deletion of a simulated pod until it is gone. */
  readonly killMs: number;
}
