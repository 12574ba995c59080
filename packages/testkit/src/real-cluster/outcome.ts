import type { OUTCOMES } from '@keelson/simulator/kubelet';

/** What becomes of a container: the word in its image's label `sh.keelson.outcome`; `nopull` when there is no such image. */
export type Outcome = (typeof OUTCOMES)[number] | 'nopull';

/** What one image comes to in one pod, before any registry is asked; undefined: ask. May be changed at any time. */
export type OutcomeRule = (image: string, pod: unknown) => Outcome | undefined;
