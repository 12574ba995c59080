/** Every wait of a watch, in milliseconds unless the name says otherwise. Tests shorten them. */
export interface WatchTiming {
  /** Objects per page of a list. @default 500 */
  readonly pageSize: number;
  /** `timeoutSeconds` of a watch. @default 290 */
  readonly watchSeconds: number;
  /** Up to this much is added at random. @default 60 */
  readonly watchJitterSeconds: number;
  /** A watch that is silent for its whole time and this much longer is closed and resumed. @default 15000 */
  readonly slackMs: number;
  /** First and longest wait after a failure. @default 1000, 30000 */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** First and longest wait after a 403, until an operator grants the permission. @default 5000, 120000 */
  readonly refusedMinMs: number;
  readonly refusedMaxMs: number;
  /** Timeout of one page of a list. @default 60000 */
  readonly listDeadlineMs: number;
  /** A view counts as synced while its last contact is not older. @default 60000 */
  readonly freshMs: number;
}

export const defaultTiming: WatchTiming = {
  pageSize: 500,
  watchSeconds: 290,
  watchJitterSeconds: 60,
  slackMs: 15_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
  refusedMinMs: 5_000,
  refusedMaxMs: 120_000,
  listDeadlineMs: 60_000,
  freshMs: 60_000,
};
