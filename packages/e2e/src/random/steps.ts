import fc from 'fast-check';
import type { Applier } from '../reapply/cells.ts';

/** Who reconciles the workloads: nobody, Flux in a cluster whose pods take the digest of their annotation, Flux in one where they do not. */
export const fluxSettings = ['nobody', 'flux-and-pin', 'flux'] as const;
export type Setting = (typeof fluxSettings)[number];

export const names = ['myapp', 'myapp-staging'] as const;
export type Name = (typeof names)[number];
export const tags: Readonly<Record<Name, string>> = { myapp: 'latest', 'myapp-staging': 'dev-staging' };

/** How a pushed image turns out. `late`: ready, and crashes in the middle of its soak. */
export const outcomes = ['good', 'crash', 'oom', 'late'] as const;
export type Outcome = (typeof outcomes)[number];

export const edits = ['scale', 'env', 'label', 'annotation'] as const;
export type Edit = (typeof edits)[number];

/** How somebody applies the workload's manifest by hand. */
export const hands = [
  'client-side apply',
  'server-side apply',
  'replace',
  'helm upgrade',
] as const satisfies readonly Applier[];
export type Hand = (typeof hands)[number];

export type Action =
  | { readonly do: 'push'; readonly name: Name; readonly outcome: Outcome }
  | { readonly do: 'edit'; readonly name: Name; readonly what: Edit }
  | { readonly do: 'apply'; readonly name: Name; readonly by: Hand }
  /** A mirror before the nodes keeps what the tag means, until it catches up. */
  | { readonly do: 'lag' | 'catch-up'; readonly name: Name }
  /** To no pods, and back to one. */
  | { readonly do: 'zero' | 'back'; readonly name: Name }
  | { readonly do: 'hint' | 'pause' | 'resume' | 'release'; readonly name: Name }
  /** `crash`: in the middle of whatever it does. `forget`: Redis loses everything. */
  | { readonly do: 'start' | 'stop' | 'crash' | 'forget' | 'reconcile' };

/** An action, and how long before it nothing is done. */
export interface Step {
  readonly waitMs: number;
  readonly action: Action;
}

const name = fc.constantFrom('myapp', 'myapp', 'myapp-staging') satisfies fc.Arbitrary<Name>;
const outcome = fc.constantFrom('good', 'good', 'crash', 'oom', 'late') satisfies fc.Arbitrary<Outcome>;
const plain = <const What extends string>(what: What) => fc.constant({ do: what });
const about = <const What extends string>(what: What) => fc.record({ do: fc.constant(what), name });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('push' as const), name, outcome }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('edit' as const), name, what: fc.constantFrom(...edits) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('apply' as const), name, by: fc.constantFrom(...hands) }) },
  { weight: 2, arbitrary: about('lag') },
  { weight: 2, arbitrary: about('catch-up') },
  { weight: 2, arbitrary: about('zero') },
  { weight: 3, arbitrary: about('back') },
  { weight: 4, arbitrary: about('hint') },
  { weight: 3, arbitrary: plain('reconcile') },
  { weight: 2, arbitrary: plain('start') },
  { weight: 2, arbitrary: plain('stop') },
  { weight: 2, arbitrary: plain('crash') },
  { weight: 1, arbitrary: plain('forget') },
  { weight: 1, arbitrary: about('pause') },
  { weight: 2, arbitrary: about('resume') },
  { weight: 1, arbitrary: about('release') },
);

/** Short waits cut into what is under way, long ones let it end. */
const waitMs = fc.constantFrom(0, 0, 50, 200, 500, 1_000, 1_500, 4_000);

const sequence: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ waitMs, action }), {
  minLength: 4,
  maxLength: 14,
  size: 'max',
});

/** The same sequences for the same seed. */
export function sequencesOf(seed: number, count: number): readonly (readonly Step[])[] {
  return fc.sample(sequence, { seed, numRuns: count });
}

/** A line a step, as it is written in a report. */
export function linesOf(steps: readonly Step[]): string {
  return steps
    .map(({ waitMs: ms, action: { do: what, ...rest } }) => `${ms} ms, ${[what, ...Object.values(rest)].join(' ')}`)
    .join('\n');
}
