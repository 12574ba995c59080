import { fields, text } from '@keelson/kube/fields';
import type { Branches } from './branches.ts';
import { slugOf } from './branches.ts';
import { any, commitPlaceholder, numberPlaceholder, projectPlaceholder, slugPlaceholder } from './pipeline.ts';

export type Variables = ReadonlyMap<string, string>;

/** Reads a `variables:` map: plain values, or `{ value, description }`. */
export function readVariables(map: unknown): Variables {
  return new Map(
    Object.entries(fields(map)).flatMap(([name, value]) => {
      const plain = typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value);
      const written = plain ?? text(fields(value)['value']);
      return written === undefined ? [] : [[name, written] as const];
    }),
  );
}

/** The predefined variables of GitLab that may be part of an image's name. */
export function predefined(job: string, { only }: Branches): Variables {
  const branch = only ?? any;
  return new Map([
    ['CI_REGISTRY_IMAGE', projectPlaceholder],
    ['CI_JOB_NAME', job],
    ['CI_DEFAULT_BRANCH', 'main'],
    ['CI_COMMIT_BRANCH', branch],
    ['CI_COMMIT_REF_NAME', branch],
    ['CI_COMMIT_REF_SLUG', only === undefined ? slugPlaceholder : slugOf(only)],
    ['CI_COMMIT_SHA', commitPlaceholder],
    ['CI_COMMIT_SHORT_SHA', commitPlaceholder],
    ...['CI_PIPELINE_ID', 'CI_PIPELINE_IID', 'CI_JOB_ID'].map((name) => [name, numberPlaceholder] as const),
  ]);
}

const use = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-+=]|%%?|##?)([^}]*)|[^}]+)?\}|\$([A-Za-z_]\w*)|\$\(.*?\)|`[^`]*`/g;

/** Expands the variables of a text, with ANY for unknown values. `depth`: how deep variables may refer to each other. */
export function expand(written: string, variables: Variables, depth = 8): string {
  return written.replaceAll(
    use,
    (
      whole,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
      bare: string | undefined,
    ) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare;
      if (name === undefined || depth === 0) return any;
      const raw = variables.get(name);
      const value = raw === undefined ? undefined : expand(raw, variables, depth - 1);
      if (operator === undefined) return whole.startsWith('${') && !/^\$\{\w+\}$/.test(whole) ? any : (value ?? any);
      return shaped(value, operator, expand(word ?? '', variables, depth - 1));
    },
  );
}

/** The shell's parameter expansions that are used on names: `${CI_JOB_NAME%%:*}`, `${TAG:-latest}`. */
function shaped(value: string | undefined, operator: string, word: string): string {
  if (operator === ':-' || operator === '-') return value === undefined || value === '' ? word : value;
  if (value === undefined || value.includes(any)) return any;
  const [edge = '', ...others] = word.split('*');
  if (others.length === 1 && operator.startsWith('%') && word.endsWith('*')) {
    const cut = operator === '%%' ? value.indexOf(edge) : value.lastIndexOf(edge);
    return cut === -1 ? value : value.slice(0, cut);
  }
  const end = others[0] ?? '';
  if (others.length === 1 && operator.startsWith('#') && edge === '') {
    const cut = operator === '##' ? value.lastIndexOf(end) : value.indexOf(end);
    return cut === -1 ? value : value.slice(cut + end.length);
  }
  if (others.length === 0 && operator.startsWith('%'))
    return value.endsWith(word) ? value.slice(0, -word.length || undefined) : value;
  if (others.length === 0 && operator.startsWith('#')) return value.startsWith(word) ? value.slice(word.length) : value;
  return any;
}
