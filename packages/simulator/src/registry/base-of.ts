/** Where nodes reach a registry host over plain HTTP: its mirror, or itself when it is on loopback; undefined: nowhere. */
export function baseOf(host: string, mirrors: Readonly<Record<string, string>>): string | undefined {
  const mirror = mirrors[host];
  if (mirror !== undefined) return mirror.replace(/\/$/, '');
  return /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? `http://${host}` : undefined;
}
