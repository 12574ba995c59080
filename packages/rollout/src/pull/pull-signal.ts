import { graces } from '../graces.ts';
import type { Signal } from '../signals/signal.ts';
import type { PodEvidence } from '../types.ts';
import type { PullFault } from './classify-pull.ts';
import { classifyPull } from './classify-pull.ts';

type Meaning = Pick<Signal, 'effect' | 'code'> & { readonly message: (where: string) => string };

const meaning: Readonly<Record<Exclude<PullFault, 'unknown'>, Meaning>> = {
  absent: {
    effect: 'fail',
    code: 'image-not-found',
    message: (where) => `The registry does not have the image of ${where}.`,
  },
  platform: {
    effect: 'fail',
    code: 'image-platform',
    message: (where) => `The image of ${where} is not built for the platform of the node.`,
  },
  broken: {
    effect: 'fail',
    code: 'image-broken',
    message: (where) => `The image of ${where} is damaged: its layers cannot be unpacked.`,
  },
  unusable: {
    effect: 'fail',
    code: 'image-broken',
    message: (where) => `What the tag of ${where} names is no image that the node can run.`,
  },
  unauthorized: {
    effect: 'block',
    code: 'registry-unauthorized',
    message: (where) =>
      `The registry refused the credentials of the node for the image of ${where}: check the imagePullSecrets of the pod and of its service account, and that the repository exists.`,
  },
  'rate-limited': {
    effect: 'block',
    code: 'registry-rate-limited',
    message: (where) => `The registry limits the rate of requests, so the image of ${where} is not pulled yet.`,
  },
  unreachable: {
    effect: 'block',
    code: 'registry-unreachable',
    message: (where) => `The node cannot reach the registry to pull the image of ${where}.`,
  },
  node: {
    effect: 'block',
    code: 'node-trouble',
    message: (where) => `The node cannot store the image of ${where}.`,
  },
};

/**
 * What a failed pull means. The first try may be too early (a mirror lags), so the image is at fault once the kubelet backs off, some seconds
 * later. undefined for an unknown cause: the deadline decides.
 */
export function pullSignal(evidence: PodEvidence): Signal | undefined {
  const fault = classifyPull(evidence.message);
  if (fault === 'unknown') return undefined;
  const { effect, code, message } = meaning[fault];
  return {
    effect,
    code,
    message: message(`container ${evidence.container} of pod ${evidence.pod}`),
    evidence,
    graceMs: effect === 'fail' && evidence.reason !== 'ImagePullBackOff' ? graces.pull : 0,
  };
}
