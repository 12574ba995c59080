export { judge } from './judge.ts';
export { notObserved } from './progress/judge-unseen.ts';
export type {
  Condition,
  ContainerView,
  JobView,
  PodEvidence,
  PodView,
  RolloutView,
  Soak,
  Termination,
  Verdict,
  VerdictInput,
} from './types.ts';
