import type { KubeManifest } from '@keelson/simulator';
import { neverPolled } from '../manifests.ts';
import type { Cell, Kind } from './cells.ts';

export const teamLabel = 'example.com/team';
export const variable = 'SOMEBODY';

const annotations = {
  'keel.sh/policy': 'force',
  'keel.sh/trigger': 'poll',
  'keel.sh/match-tag': 'true',
  ...neverPolled,
};

export interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** What the author changed since: the value of a label, and of a variable of the container. */
  readonly team: string;
  readonly env?: string;
  /** For how long it is soaked, in seconds. */
  readonly soak: number;
}

/** How many pods it has; a CronJob's come and go. */
export const podsWanted: Readonly<Record<Kind, number>> = { Deployment: 2, StatefulSet: 1, DaemonSet: 1, CronJob: 0 };

const groups = { Deployment: 'apps', StatefulSet: 'apps', DaemonSet: 'apps', CronJob: 'batch' } as const;

/** Where the objects of a kind are. */
export function collectionOf(kind: Kind, namespace: string): string {
  return `/apis/${groups[kind]}/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
}

/** The manifest as its author has it in git: a tag, and no digest. */
export function manifestOf(kind: Cell['kind'], { namespace, name, image, team, env, soak }: Wanted): KubeManifest {
  const container = {
    name: 'app',
    image,
    imagePullPolicy: 'Always',
    ...(env !== undefined && { env: [{ name: variable, value: env }] }),
  };
  const labels = { app: name };
  const selector = { matchLabels: labels };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const replicas = podsWanted[kind];
  const ending = { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [container] } };
  const specs = {
    Deployment: { replicas, selector, template },
    StatefulSet: { replicas, serviceName: name, selector, template },
    DaemonSet: { selector, template },
    CronJob: { schedule: '0 0 1 1 *', jobTemplate: { spec: { backoffLimit: 0, template: ending } } },
  };
  return {
    apiVersion: `${groups[kind]}/v1`,
    kind,
    metadata: {
      namespace,
      name,
      annotations: { ...annotations, 'keelson.sh/soak': `${soak}s` },
      labels: { [teamLabel]: team },
    },
    spec: specs[kind],
  };
}
