import type { KubeManifest } from '@keelson/simulator';

export interface InGit {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether an init container runs the same image first. */
  readonly init?: boolean;
  /** Whether all old pods go before new ones come. */
  readonly recreate?: boolean;
}

/** A Deployment as it lies in git: without replicas, which people and autoscalers change. */
export function inGit({ namespace, name, image, annotations = {}, labels = {}, ...more }: InGit): KubeManifest {
  const { init = false, recreate = false } = more;
  const container = { image, imagePullPolicy: 'Always' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, annotations, labels },
    spec: {
      ...(recreate && { strategy: { type: 'Recreate' } }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          ...(init && { initContainers: [{ name: 'prepare', ...container }] }),
          containers: [{ name: 'app', ...container }],
        },
      },
    },
  };
}
