import type { Edited } from './edits.ts';
import type { Name, Outcome } from './steps.ts';

export interface Pushed {
  readonly digest: string;
  readonly outcome: Outcome;
  readonly at: number;
}

/** What was done to one workload in a run, beside what Keelson did. Times are milliseconds since the epoch. */
export interface Journal {
  readonly name: Name;
  /** Oldest first; the first is what was deployed. */
  readonly pushes: Pushed[];
  edited: Edited;
  /** How many edits there were. */
  edits: number;
  /** When somebody applied the manifest by hand. */
  readonly applies: number[];
  /** When somebody replaced the object, so that nothing of Keelson's was left on it. */
  readonly replaces: number[];
  readonly pauses: number[];
  readonly resumes: number[];
  readonly releases: number[];
  readonly forgets: number[];
  /** When a mirror before the nodes began to lag. */
  readonly lags: number[];
}

export function emptyJournal(name: Name): Journal {
  return {
    name,
    pushes: [],
    edited: {},
    edits: 0,
    applies: [],
    replaces: [],
    pauses: [],
    resumes: [],
    releases: [],
    forgets: [],
    lags: [],
  };
}
