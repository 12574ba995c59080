import { bounds } from '@keelson/core';

/** Refused while it is base64, which is longer by a third. */
const longest = Math.ceil(bounds.pullSecretBytes / 3) * 4;

function decode(base64: string | undefined): string | undefined {
  return base64 === undefined || base64.length > longest ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}

/**
 * The docker config in a Secret's data, as text: `{"auths": {…}}`. The older `kubernetes.io/dockercfg` holds only what is below `auths`
 * (https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets). undefined: a Secret of another type, or with more than
 * `bounds.pullSecretBytes`.
 */
export function dockerConfigOf(type: string | undefined, data: Readonly<Record<string, string>>): string | undefined {
  if (type === 'kubernetes.io/dockerconfigjson') return decode(data['.dockerconfigjson']);
  const old = type === 'kubernetes.io/dockercfg' ? decode(data['.dockercfg']) : undefined;
  return old === undefined ? undefined : `{"auths":${old}}`;
}
