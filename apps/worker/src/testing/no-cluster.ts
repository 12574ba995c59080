import type { KubeHttp } from '@keelson/kube';

async function refuse(): Promise<never> {
  throw new Error('Nothing here may ask a cluster.');
}

/** For what must come without a request. */
export const noCluster: KubeHttp = {
  server: 'none',
  request: refuse,
  text: refuse,
  stream: refuse,
  close: async () => undefined,
};
