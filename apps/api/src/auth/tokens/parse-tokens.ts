import { ConfigError } from '@keelson/config';
import { bounds } from '@keelson/core';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Access } from '../access.ts';
import { roles } from '../access.ts';
import type { Known } from '../secrets.ts';
import { sha256Of } from '../secrets.ts';

const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/)
  .describe('letters, digits, - and ., at most 63');
const shape = {
  name,
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,512}$/)
    .exactOptional()
    .describe('printable ASCII without spaces, at most 512 characters'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional()
    .describe('the 64 hex digits of the SHA-256 of the token'),
  may: z.enum(roles).describe(`one of ${roles.join(', ')}`),
  namespaces: z
    .union([
      z.literal('all'),
      z
        .array(z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/))
        .min(1)
        .max(bounds.namespacesOfToken),
    ])
    .describe(`a list of 1 to ${bounds.namespacesOfToken} namespaces, or all`),
};
const entry = z.strictObject(shape);
const named = z.looseObject({ name });
const fields = entry.keyof().options;
const file = z.strictObject({ tokens: z.array(z.unknown()) });

/**
 * Reads the file of KEELSON_TOKENS.
 *
 * @param reserved Tokens that have their own setting, by its name.
 * @throws ConfigError with a message for each entry that is wrong. None repeats anything of the file but a valid name: whatever is wrong may be a token.
 * None has a name before a colon either: what follows `…TOKENS: ` is masked like a secret.
 */
export function parseTokens(
  text: string,
  reserved: Readonly<Record<string, string | undefined>>,
): readonly Known<Access>[] {
  const yaml = parseYaml(text);
  if (!yaml) throw wrong(['something is not YAML, or there is an alias, or a field twice']);
  const parsed = file.safeParse(yaml.value);
  if (!parsed.success) throw wrong(['there must be one field, tokens, with a list of entries']);

  const problems: string[] = [];
  const known: Known<Access>[] = [];
  const seen = new Map<string, string>();
  for (const [setting, secret] of Object.entries(reserved))
    if (secret !== undefined) seen.set(key(sha256Of(secret)), setting);
  for (const [index, value] of parsed.data.tokens.entries()) {
    const result = entry.safeParse(value);
    const { data: given } = named.safeParse(value);
    const where = given ? `entry ${index + 1} (${given.name})` : `entry ${index + 1}`;
    if (!result.success) {
      problems.push(...sentencesFor(result.error.issues).map((problem) => `${where} is wrong: ${problem}`));
      continue;
    }
    const { token, sha256 } = result.data;
    if ((token === undefined) === (sha256 === undefined)) {
      problems.push(`${where} is wrong: it must have token or sha256, one of them`);
      continue;
    }
    const hash = token === undefined ? Buffer.from(sha256 ?? '', 'hex') : sha256Of(token);
    const other = seen.get(key(hash));
    if (other !== undefined) problems.push(`${where} is wrong: it has the same token as ${other}`);
    if (known.some(({ value: { name: taken } }) => taken === result.data.name))
      problems.push(`${where} is wrong: another entry has this name`);
    seen.set(key(hash), where);
    known.push({ sha256: hash, value: accessOf(result.data) });
  }
  if (problems.length > 0) throw wrong(problems);
  return known;
}

function accessOf({ name, may, namespaces }: z.output<typeof entry>): Access {
  return {
    name,
    may: new Set(may === 'act' ? ['read', 'act'] : [may]),
    ...(namespaces !== 'all' && { namespaces: new Set(namespaces) }),
  };
}

/** Undefined for what is not YAML: errors and warnings of the parser quote the file, so none is passed on. Every value is a text. */
function parseYaml(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parse(text, { schema: 'failsafe', logLevel: 'error', maxAliasCount: 0 }) };
  } catch {
    return undefined;
  }
}

/** One for each field that is wrong, without its value. */
function sentencesFor(issues: readonly z.core.$ZodIssue[]): readonly string[] {
  const found = issues.map(({ code, path: [field] }) => {
    const known = fields.find((one) => one === field);
    if (known !== undefined) return `${known} must be ${shape[known].description}`;
    if (code === 'unrecognized_keys') return `it has a field that is none of ${fields.join(', ')}`;
    return `it must have the fields ${fields.join(', ')}`;
  });
  return [...new Set(found)];
}

function key(sha256: Buffer): string {
  return sha256.toString('hex');
}

function wrong(problems: readonly string[]): ConfigError {
  return new ConfigError(
    problems.map((problem) => ({ variable: 'KEELSON_TOKENS', message: `In the file of KEELSON_TOKENS, ${problem}.` })),
  );
}
