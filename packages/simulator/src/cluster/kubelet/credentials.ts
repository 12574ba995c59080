import { fieldsOf } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { Pod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';

function decode(base64: unknown): string {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : '';
}

function readAuths(text: string): Record<string, unknown> {
  try {
    return fieldsOf(fieldsOf(JSON.parse(text))['auths']);
  } catch {
    return {};
  }
}

/** The `user:password` that a pod's pull secrets hold for a registry host; undefined: none. */
export function credentialsFor(store: Store, pod: Pod, host: string): string | undefined {
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    const secret = store.get(kinds.secret, `${pod.metadata.namespace ?? ''}/${name}`);
    const auths = readAuths(decode(fieldsOf(secret?.['data'])['.dockerconfigjson']));
    for (const [key, value] of Object.entries(auths)) {
      if (key.replace(/^https?:\/\//, '').split('/')[0] !== host) continue;
      const { auth, username, password } = fieldsOf(value);
      if (typeof username === 'string' && typeof password === 'string') return `${username}:${password}`;
      if (typeof auth === 'string') return decode(auth);
    }
  }
  return undefined;
}
