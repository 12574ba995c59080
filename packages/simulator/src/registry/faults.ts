import type { Call } from './call.ts';

/** What goes wrong with a reply. */
export type Fault =
  /** No byte is ever answered. */
  | { readonly type: 'hang' }
  /** The right reply, `ms` later. */
  | { readonly type: 'delay'; readonly ms: number }
  /** The connection is cut before a byte is answered. */
  | { readonly type: 'reset' }
  /** Another reply, such as 429 with `Retry-After`, or 307 with `Location`. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The content and `Docker-Content-Digest` are not those of the requested reference. */
  | { readonly type: 'wrong-digest' }
  /** `Docker-Content-Digest` is left out. */
  | { readonly type: 'no-digest' }
  /** The connection is cut after half of the body. */
  | { readonly type: 'half-body' }
  /** The headers, then bytes without end. */
  | { readonly type: 'endless-body' }
  /** The headers, then nothing. */
  | { readonly type: 'stalled-body' };

/** Which requests a fault meets: all that fit, `times` of them. */
export interface FaultRule {
  /** @default every method */
  readonly method?: string;
  /** A part of the path, or an expression. @default every path */
  readonly path?: string | RegExp;
  /** @default without end */
  readonly times?: number;
  readonly fault: Fault;
}

/** The faults that a test has put in the way; the first rule that fits is the one that counts. */
export class Faults {
  #rules: { readonly rule: FaultRule; left: number }[] = [];

  /** Returns what takes the rule away again. */
  inject(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for one request, counted as used. */
  take(call: Call): Fault | undefined {
    const entry = this.#rules.find(({ rule, left }) => left > 0 && fits(rule, call));
    if (entry === undefined) return undefined;
    entry.left--;
    return entry.rule.fault;
  }
}

function fits(rule: FaultRule, call: Call): boolean {
  if (rule.method !== undefined && rule.method !== call.method) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? call.path.includes(rule.path) : rule.path.test(call.path);
}
