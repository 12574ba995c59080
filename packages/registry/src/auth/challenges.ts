/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By name in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const equals = /\s*=\s*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
/** One token in place of parameters (RFC 9110 §11.2); it ends the challenge. */
const token68 = /[ \t]+[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
const separators = /[\s,]*/y;

/**
 * Reads a `WWW-Authenticate` header. Commas separate challenges as well as parameters, and also occur inside quotes, so this reads token by
 * token. It stops at what it cannot read, and returns the challenges until there.
 */
export function parseChallenges(header: string): Challenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = [];
  let at = 0;

  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(header) ?? undefined;
    if (match !== undefined) at = pattern.lastIndex;
    return match;
  }

  while (at < header.length) {
    take(separators);
    const name = take(token)?.[0].toLowerCase();
    if (name === undefined) return found;
    const current = found.at(-1);
    if (current === undefined || take(equals) === undefined) {
      found.push({ scheme: name, parameters: {} });
      take(token68);
      continue;
    }
    const value = take(quoted)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? take(token)?.[0];
    if (value === undefined) return found;
    current.parameters[name] ??= value;
  }
  return found;
}
