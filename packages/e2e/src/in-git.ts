import type { KubeManifest } from '@keelson/testkit';
import { POST } from './manifests.ts';

export interface InGit {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether an init container runs the same image first. */
  readonly init?: boolean;
}

/** A Deployment as it lies in git: without replicas, which people and autoscalers change. */
export function inGit({ namespace, name, image, annotations = {}, labels = {}, init = false }: InGit): KubeManifest {
  const container = { image, imagePullPolicy: 'Always' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, annotations: { ...POST, ...annotations }, labels },
    spec: {
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
