/** Every wait of a watch; tests make them short. Milliseconds unless the name says otherwise. */
export interface WatchTiming {
  /** Objects a page. @default 500 */
  readonly pageSize: number;
  /** How long the API server is asked to keep a watch open. @default 290 */
  readonly watchSeconds: number;
  /** Up to this much is added at random. @default 60 */
  readonly watchJitterSeconds: number;
  /** A watch that is silent for its whole time and this much longer is cut and resumed. @default 15000 */
  readonly slackMs: number;
  /** First and longest wait after a failure. @default 1000, 30000 */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** First and longest wait after a refusal (403), which somebody has to mend. @default 5000, 120000 */
  readonly refusedMinMs: number;
  readonly refusedMaxMs: number;
  /** For one page of a list. @default 60000 */
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
