export { judge } from './judge.ts';
export type { ContainerView, PodEvidence, PodView, RolloutView, Verdict, VerdictInput } from './types.ts';
