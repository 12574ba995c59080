const labelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A message that says why an Ingress cannot serve this host; undefined when it can. Staging is served at `dev.` and this host. */
export function hostProblem(host: string): string | undefined {
  if (`dev.${host}`.length > 253) return `The host "${host}" is too long: at most 249 characters.`;
  if (host.split('.').every((label) => labelPattern.test(label))) return undefined;
  return `"${host}" is not a host name: give one like shop.example.com, in lower case, without "https://" and without a port.`;
}
