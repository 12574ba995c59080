import type { Fields } from '@keelson/kube/fields';
import { isFields, list, text } from '@keelson/kube/fields';
import { Reference } from '../source/reference-tag.ts';

/** Top-level keys of a pipeline that are not jobs. */
const keywords = new Set([
  'default',
  'include',
  'stages',
  'variables',
  'workflow',
  'image',
  'services',
  'cache',
  'spec',
]);
const scripts = ['before_script', 'script', 'after_script'];
/** GitLab's own limit for `extends`. */
const deepest = 11;

/** A job as it runs, with `extends` and `!reference` resolved. */
export interface Job {
  readonly name: string;
  readonly value: Fields;
  readonly script: readonly string[];
}

/** The jobs of a pipeline whose files are merged already, without hidden ones. */
export function readJobs(pipeline: Fields): readonly Job[] {
  return Object.entries(pipeline).flatMap(([name, value]) => {
    if (name.startsWith('.') || keywords.has(name) || !isFields(value)) return [];
    const merged = extended(name, pipeline, 0);
    const defaults = isFields(pipeline['default']) ? pipeline['default'] : {};
    const lines = scripts.flatMap((field) => linesOf(merged[field] ?? defaults[field] ?? pipeline[field], pipeline, 0));
    return [{ name, value: merged, script: lines }];
  });
}

function extended(name: string, pipeline: Fields, depth: number): Fields {
  const own = pipeline[name];
  if (!isFields(own) || depth > deepest) return {};
  const parents = [own['extends']].flat().flatMap((parent) => text(parent) ?? []);
  return merge(parents.map((parent) => extended(parent, pipeline, depth + 1)).reduce<Fields>(merge, {}), own);
}

/** Merges maps and replaces everything else, as `extends` and `include` do. */
export function merge(under: Fields, over: Fields): Fields {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isFields(below) && isPlain(below) && isFields(value) && isPlain(value) ? merge(below, value) : value;
  }
  return merged;
}

function isPlain(value: Fields): boolean {
  return !(value instanceof Reference);
}

/** The lines of a script, with nested lists and references to other jobs' scripts resolved. */
function linesOf(value: unknown, pipeline: Fields, depth: number): readonly string[] {
  if (depth > deepest) return [];
  if (typeof value === 'string') return [value];
  if (value instanceof Reference) return linesOf(referenced(value, pipeline), pipeline, depth + 1);
  return list(value).flatMap((line) => linesOf(line, pipeline, depth + 1));
}

function referenced({ path }: Reference, pipeline: Fields): unknown {
  const [job = '', ...rest] = path;
  return rest.reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), extended(job, pipeline, 0));
}
