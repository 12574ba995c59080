import { fields, list, strings, text } from '../fields.ts';
import { getIfThere } from '../http/get-if-there.ts';
import type { KubeHttp } from '../http/request.ts';
import { listPath, workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import type { ClusterReader } from '../types.ts';
import { dockerConfigOf } from './docker-config.ts';
import { readLog } from './read-log.ts';

/** Reads that no watch covers: one request each. */
export function createClusterReader(http: KubeHttp): ClusterReader {
  const one = (plural: string, namespace: string, name: string) =>
    `${listPath('v1', plural, namespace)}/${encodeURIComponent(name)}`;

  return {
    async readWorkload(key, signal) {
      const object = await getIfThere(http, workloadPath(key), signal);
      return object === undefined ? undefined : readWorkload(key.kind, object);
    },
    async readPullSecret(namespace, name, signal) {
      const secret = fields(await getIfThere(http, one('secrets', namespace, name), signal));
      const config = dockerConfigOf(text(secret.type), strings(secret.data));
      if (config === undefined) return undefined;
      const { uid, resourceVersion } = fields(secret.metadata);
      return { config, version: `${text(uid) ?? ''}.${text(resourceVersion) ?? ''}` };
    },
    async readServiceAccountPullSecrets(namespace, name, signal) {
      const account = fields(await getIfThere(http, one('serviceaccounts', namespace, name), signal));
      return list(account.imagePullSecrets).flatMap((secret) => text(fields(secret).name) ?? []);
    },
    readLog: (pod, container, lines, signal) => readLog(http, { pod, container, lines, signal }),
  };
}
