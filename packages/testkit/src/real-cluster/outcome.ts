import type { outcomes } from '@keelson/simulator/kubelet';

/** What a container does: the value of its image's label `sh.keelson.outcome`; `nopull`: there is no such image. */
export type Outcome = (typeof outcomes)[number] | 'nopull';

/** Decides the outcome of an image in a pod; undefined: the registry's label decides. */
export type OutcomeRule = (image: string, pod: unknown) => Outcome | undefined;
