import type { KubeHttp } from '@keelson/kube';

async function refuse(): Promise<never> {
  throw new Error('This test sends no request to a cluster.');
}

/** A cluster that refuses every request, for code that must send none. */
export const noCluster: KubeHttp = {
  server: 'none',
  request: refuse,
  text: refuse,
  stream: refuse,
  close: async () => undefined,
};
