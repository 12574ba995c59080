/** The article's four annotations. */
export const exampleAnnotations = {
  'keel.sh/policy': 'force',
  'keel.sh/trigger': 'poll',
  'keel.sh/match-tag': 'true',
  'keel.sh/poll-schedule': '@every 1m',
};

/** The same, looked at this often. */
export const every = (interval: string) => ({ ...exampleAnnotations, 'keel.sh/poll-schedule': `@every ${interval}` });

/** Checked at first, and then when somebody asks for it: of an hour each has a second that is its own, and some test is always in it. */
export const neverPolled = { 'keel.sh/poll-schedule': '@every 5000h' };

/** What Flux's kustomize-controller puts on every object that it applies. */
export const fluxLabels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

export interface DeploymentOptions {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly replicas?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly progressDeadlineSeconds?: number;
  /** Names of Secrets. @default none */
  readonly imagePullSecrets?: readonly string[];
}

/** A Deployment as people write it. */
export function deployment({
  namespace,
  name,
  image,
  replicas = 1,
  annotations = exampleAnnotations,
  labels = {},
  imagePullSecrets = [],
  ...spec
}: DeploymentOptions) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, annotations, labels },
    spec: {
      replicas,
      ...spec,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name: 'app', image, imagePullPolicy: 'Always' }],
          ...(imagePullSecrets.length > 0 && {
            imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })),
          }),
        },
      },
    },
  };
}
