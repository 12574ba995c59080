import { GRACES } from '../graces.ts';
import type { Signal } from '../signals/signal.ts';
import type { PodEvidence } from '../types.ts';
import type { PullFault } from './classify-pull.ts';
import { classifyPull } from './classify-pull.ts';

type Said = Pick<Signal, 'effect' | 'code'> & { readonly sentence: (where: string) => string };

const MEANING: Readonly<Record<Exclude<PullFault, 'unknown'>, Said>> = {
  absent: {
    effect: 'fail',
    code: 'image-not-found',
    sentence: (where) => `The registry does not have the image of ${where}.`,
  },
  platform: {
    effect: 'fail',
    code: 'image-platform',
    sentence: (where) => `The image of ${where} is not made for the platform of the node.`,
  },
  broken: {
    effect: 'fail',
    code: 'image-broken',
    sentence: (where) => `The image of ${where} is damaged: its layers cannot be unpacked.`,
  },
  unauthorized: {
    effect: 'hold',
    code: 'registry-unauthorized',
    sentence: (where) =>
      `The registry does not let the node pull the image of ${where}: check the imagePullSecrets of the pod and of its service account, and that the repository exists.`,
  },
  'rate-limited': {
    effect: 'hold',
    code: 'registry-rate-limited',
    sentence: (where) => `The registry limits how often it is asked, so the image of ${where} is not pulled yet.`,
  },
  unreachable: {
    effect: 'hold',
    code: 'registry-unreachable',
    sentence: (where) => `The node cannot reach the registry to pull the image of ${where}.`,
  },
  node: {
    effect: 'hold',
    code: 'node-trouble',
    sentence: (where) => `The node cannot store the image of ${where}.`,
  },
};

/**
 * What a failed pull means. The first try may be too early (a mirror lags), so the image is at fault once the kubelet backs off, which it says
 * some seconds after. Nothing for a cause that is not known: the deadline decides.
 */
export function pullSignal(evidence: PodEvidence): Signal | undefined {
  const fault = classifyPull(evidence.message);
  if (fault === 'unknown') return undefined;
  const { effect, code, sentence } = MEANING[fault];
  return {
    effect,
    code,
    sentence: sentence(`container ${evidence.container} of pod ${evidence.pod}`),
    evidence,
    graceMs: effect === 'fail' && evidence.reason !== 'ImagePullBackOff' ? GRACES.pull : 0,
  };
}
