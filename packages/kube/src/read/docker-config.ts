function decode(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}

/**
 * The docker config in a Secret's data, as text: `{"auths": {…}}`. The older `kubernetes.io/dockercfg` holds only what is below `auths`
 * (https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets). undefined: a Secret of another type.
 */
export function dockerConfigOf(type: string | undefined, data: Readonly<Record<string, string>>): string | undefined {
  if (type === 'kubernetes.io/dockerconfigjson') return decode(data['.dockerconfigjson']);
  const old = type === 'kubernetes.io/dockercfg' ? decode(data['.dockercfg']) : undefined;
  return old === undefined ? undefined : `{"auths":${old}}`;
}
