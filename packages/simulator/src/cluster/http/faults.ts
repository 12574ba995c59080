import { expired } from '../api-error.ts';
import type { Store } from '../store/store.ts';
import { flagIn } from './query.ts';
import type { Watch, Watches } from './watch.ts';

/** Which requests a fault is for; what is left out matches all. */
export interface FaultMatch {
  readonly method?: string;
  /** A text that the path contains, or an expression that it matches. */
  readonly path?: string | RegExp;
  /** Each of these is in the query with this value. */
  readonly query?: Readonly<Record<string, string>>;
  readonly userAgent?: string | RegExp;
  /** True: watches only; false: all but watches. */
  readonly watch?: boolean;
}

export interface FaultLimit {
  /** How many requests it strikes. @default all until removed */
  readonly times?: number;
  /** Milliseconds from now. @default until removed */
  readonly forMs?: number;
}

export interface Failure extends FaultLimit {
  readonly status: number;
  /** The Status' reason. @default by the status: Conflict, Forbidden, TooManyRequests, InternalError, ServiceUnavailable … */
  readonly reason?: string;
  readonly message?: string;
  /** In place of a Status. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Fault {
  /** How many requests it has struck. */
  readonly hits: number;
  remove(): void;
}

export type FaultAction =
  | { readonly type: 'fail'; readonly failure: Failure }
  | { readonly type: 'hang' }
  /** The request is carried out, and the connection broken in place of the answer. */
  | { readonly type: 'lose-reply' };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
}

class ActiveFault implements Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
  readonly #until: number;
  readonly #times: number;
  hits = 0;
  #removed = false;

  constructor(match: FaultMatch, action: FaultAction, { times = Infinity, forMs = Infinity }: FaultLimit) {
    this.match = match;
    this.action = action;
    this.#times = times;
    this.#until = performance.now() + forMs;
  }

  get active(): boolean {
    return !this.#removed && this.hits < this.#times && performance.now() < this.#until;
  }

  remove(): void {
    this.#removed = true;
  }
}

function textMatches(text: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

function faultMatches(match: FaultMatch, request: SeenRequest): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.watch === undefined || match.watch === (flagIn(request.query, 'watch') === true)) &&
    textMatches(request.path, match.path) &&
    textMatches(request.userAgent, match.userAgent) &&
    Object.entries(match.query ?? {}).every(([name, value]) => request.query.get(name) === value)
  );
}

/** What goes wrong on request: for tests of clients. */
export class Faults {
  #active: ActiveFault[] = [];
  readonly #watches: Watches;
  readonly #store: Store;

  constructor(watches: Watches, store: Store) {
    this.#watches = watches;
    this.#store = store;
  }

  /** Matching requests are answered with this status and never carried out. */
  fail(match: FaultMatch, failure: Failure): Fault {
    return this.#add(match, { type: 'fail', failure }, failure);
  }

  /** Matching requests get no answer, not even headers. */
  hang(match: FaultMatch, limit: FaultLimit = {}): Fault {
    return this.#add(match, { type: 'hang' }, limit);
  }

  /** Matching requests are carried out, but the answer is lost: the client cannot know. */
  loseReply(match: FaultMatch, limit: FaultLimit = {}): Fault {
    return this.#add(match, { type: 'lose-reply' }, limit);
  }

  /** Breaks the connections of open watches. @returns how many */
  dropWatches(match: Pick<FaultMatch, 'path'> = {}): number {
    return this.#each(match, (watch) => watch.drop());
  }

  /** Ends open watches in order, as after their timeout. */
  closeWatches(match: Pick<FaultMatch, 'path'> = {}): number {
    return this.#each(match, (watch) => watch.end());
  }

  /** Open watches stay open and say nothing more: a half-open connection. */
  freezeWatches(match: Pick<FaultMatch, 'path'> = {}): number {
    return this.#each(match, (watch) => watch.freeze());
  }

  /** Forgets all history (compaction): open watches get an ERROR with 410, older versions and continue tokens get 410. */
  expireResourceVersions(): number {
    const error = expired('The resourceVersion for the provided watch is too old.');
    this.#store.forget();
    return this.#each({}, (watch) => watch.fail(error));
  }

  clear(): void {
    for (const fault of this.#active) fault.remove();
  }

  /** The first active fault for this request, counted as struck. */
  strike(request: SeenRequest): FaultAction | undefined {
    this.#active = this.#active.filter((fault) => fault.active);
    const fault = this.#active.find(({ match }) => faultMatches(match, request));
    if (fault !== undefined) fault.hits += 1;
    return fault?.action;
  }

  #add(match: FaultMatch, action: FaultAction, limit: FaultLimit): Fault {
    const fault = new ActiveFault(match, action, limit);
    this.#active.push(fault);
    return fault;
  }

  #each(match: Pick<FaultMatch, 'path'>, act: (watch: Watch) => void): number {
    const matching = this.#watches.all.filter((watch) => textMatches(watch.request.path, match.path));
    for (const watch of matching) act(watch);
    return matching.length;
  }
}
