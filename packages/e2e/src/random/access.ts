import type { ApiAccess } from '@keelson/testkit';
import { parse } from 'yaml';
import { z } from 'zod';

const kubeconfig = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string().optional() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

/** How what stands beside Keelson gets into the cluster of a kubeconfig with one cluster and one user's token. */
export function accessOf(text: string): ApiAccess {
  const read = kubeconfig.parse(parse(text));
  const { server, 'certificate-authority-data': ca } = read.clusters[0].cluster;
  return {
    server,
    token: read.users[0].user.token,
    ...(ca !== undefined && { ca: Buffer.from(ca, 'base64').toString('utf8') }),
  };
}
