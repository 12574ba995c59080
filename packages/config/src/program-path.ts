/** Where this machine's programs are looked for (PATH); undefined where nothing says it. */
export function programPath(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  return env['PATH'] || undefined;
}
