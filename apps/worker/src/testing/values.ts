import type { Digest } from '@keelson/image';
import { parseDigest } from '@keelson/image';
import type { Container, Pod, Workload } from '@keelson/kube';
import { followed } from './manifests.ts';

/** A digest of one repeated hexadecimal character. */
export const digestOf = (character: string): Digest => parseDigest(`sha256:${character.repeat(64)}`);

export function container(name: string, image: string, over: Partial<Container> = {}): Container {
  return { name, image, init: false, index: 0, ...over };
}

/** A followed Deployment of one pod, at rest. */
export function workload(over: Partial<Workload> = {}): Workload {
  return {
    namespace: 'ns',
    kind: 'Deployment',
    name: 'web',
    uid: 'u1',
    resourceVersion: '1',
    generation: 1,
    annotations: followed,
    labels: {},
    templateAnnotations: {},
    containers: [container('app', 'ghcr.io/me/web:latest')],
    imagePullSecrets: [],
    serviceAccountName: 'default',
    owner: { type: 'none' },
    paused: false,
    replicas: 1,
    templateHash: 't1',
    foreignHash: 'f1',
    writers: {},
    status: { observedGeneration: 1, replicas: 1, updated: 1, available: 1, conditions: [] },
    ...over,
  };
}

/** A pod whose containers report these imageIDs. */
export function pod(imageIDs: Readonly<Record<string, string>>, over: Partial<Pod> = {}): Pod {
  return {
    namespace: 'ns',
    name: 'web-1',
    uid: 'p1',
    labels: { app: 'web' },
    phase: 'Running',
    deleting: false,
    ready: true,
    createdAt: '2026-01-01T00:00:00Z',
    conditions: [],
    containers: Object.entries(imageIDs).map(([name, imageID]) => ({
      name,
      init: false,
      specImage: '',
      imageID,
      ready: true,
      restarts: 0,
      running: true,
    })),
    ...over,
  };
}
