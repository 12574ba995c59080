import type { Credential } from '@keelson/registry';
import { fingerprint } from '@keelson/registry';

/** More credentials than any cluster has. */
const most = 10_000;

/**
 * Gives equal credentials the same name, and different ones different names. A name is made of the Secrets that the credentials come from, so it
 * holds no secret and means the same to every worker. Where several Secrets hold the same, the first name by the alphabet is used, on which workers
 * agree once they have read the same Secrets.
 */
export function createIdentities(): (credentials: readonly Credential[], source: string) => string {
  const names = new Map<string, string>();

  return (credentials, source) => {
    if (credentials.length === 0) return '';
    const key = credentials.map(fingerprint).join(',');
    const known = names.get(key);
    const name = known === undefined || source < known ? source : known;
    names.delete(key);
    names.set(key, name);
    const oldest = names.keys().next();
    if (names.size > most && !oldest.done) names.delete(oldest.value);
    return name;
  };
}
