import type { KubeManifest } from '@keelson/simulator';

interface AppOptions {
  readonly replicas?: number;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

const health = { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 1 };

/** A Deployment with a container `app` that is probed, its Service, and its Ingress for the host `NAME.test`. */
export function appManifests(
  name: string,
  image: string,
  { replicas = 1, container = {}, spec = {} }: AppOptions = {},
): KubeManifest[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'app',
                image,
                imagePullPolicy: 'Always',
                ports: [{ name: 'http', containerPort: 3000 }],
                readinessProbe: health,
                ...container,
              },
            ],
            ...spec,
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector: labels, ports: [{ name: 'web', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'default' },
      spec: {
        rules: [
          {
            host: `${name}.test`,
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'web' } } } }],
            },
          },
        ],
      },
    },
  ];
}
