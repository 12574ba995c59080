/** The annotations of a workload that is checked each minute. */
export const followed = {
  'keel.sh/policy': 'force',
  'keel.sh/trigger': 'poll',
  'keel.sh/match-tag': 'true',
  'keel.sh/poll-schedule': '@every 1m',
};

export interface DeploymentOptions {
  /** By container. */
  readonly images: Readonly<Record<string, string>>;
  /** The same of init containers. */
  readonly initImages?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly pullSecrets?: readonly string[];
  readonly serviceAccountName?: string;
  readonly progressDeadlineSeconds?: number;
  readonly strategy?: { readonly type: string };
  /** @default 1 */
  readonly replicas?: number;
  /** @default Always */
  readonly imagePullPolicy?: string;
}

/** A Deployment. */
export function deployment(namespace: string, name: string, options: DeploymentOptions) {
  const {
    images,
    initImages = {},
    annotations = followed,
    labels = {},
    pullSecrets = [],
    serviceAccountName,
    ...more
  } = options;
  const { imagePullPolicy = 'Always', ...spec } = more;
  const containersOf = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([container, image]) => ({ name: container, image, imagePullPolicy }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, annotations, labels },
    spec: {
      replicas: 1,
      ...spec,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: containersOf(images),
          initContainers: containersOf(initImages),
          imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })),
          ...(serviceAccountName !== undefined && { serviceAccountName }),
        },
      },
    },
  };
}

/** A pull secret for one registry host. */
export function pullSecret(namespace: string, name: string, host: string, username: string, password: string) {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return secretOf(namespace, name, JSON.stringify({ auths: { [host]: { auth } } }));
}

/** A pull secret with any text for its docker config. */
export function secretOf(namespace: string, name: string, dockerConfig: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(dockerConfig).toString('base64') },
  };
}

export function serviceAccount(namespace: string, name: string, pullSecrets: readonly string[]) {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace, name },
    imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })),
  };
}
