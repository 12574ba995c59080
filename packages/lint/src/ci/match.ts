import { RE2JS } from 're2js';
import { escapePattern } from '../escape-pattern.ts';
import { slugOf } from './branches.ts';
import type { Push } from './pipeline.ts';
import { any, commitPlaceholder, numberPlaceholder, projectPlaceholder, slugPlaceholder } from './pipeline.ts';

const slug = '([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)';

const forms: Readonly<Record<string, string>> = {
  [any]: '.*',
  [slugPlaceholder]: slug,
  [commitPlaceholder]: '[0-9a-f]{7,40}',
  [numberPlaceholder]: '[0-9]+',
};
/** Texts and placeholders of a name that is matched; those of real pipelines have five. */
const mostParts = 50;
const placeholder = new RegExp(`([${Object.keys(forms).join('')}])`, 'u');

/** Whether nothing in a name has to be filled in before it is known. */
export function isKnown(name: string): boolean {
  return !placeholder.test(name);
}

/** A name for people: `dev-<branch>`. */
export function readable(name: string): string {
  const words: Readonly<Record<string, string>> = {
    [any]: '<…>',
    [slugPlaceholder]: '<branch>',
    [commitPlaceholder]: '<commit>',
    [numberPlaceholder]: '<number>',
  };
  return name
    .split(placeholder)
    .map((part) => words[part] ?? part)
    .join('');
}

/** Whether each push makes another tag of this pattern, so that none of them ever moves. */
export function neverMoves(tag: string): boolean {
  return tag.includes(commitPlaceholder) || tag.includes(numberPlaceholder);
}

/** Matches a text against a pattern with SLUG, COMMIT, NUMBER and ANY. Returns the slug in it, if any; undefined where it does not match. */
export function fits(pattern: string, written: string): { readonly slug?: string } | undefined {
  const parts = pattern.split(placeholder);
  if (parts.length > mostParts) return undefined;
  const source = parts.map((part) => forms[part] ?? escapePattern(part));
  // In linear time: a pipeline may put any number of variables behind each other.
  const found = RE2JS.compile(`^${source.join('')}$`).matcher(written);
  if (!found.find()) return undefined;
  const slug = found.groupCount() > 0 ? found.group(1) : null;
  return slug === null ? {} : { slug };
}

/** The repository and tag of a pushed image; without a tag it is pushed as `latest`. */
export function splitImage(image: string): { readonly repository: string; readonly tag: string } {
  const colon = image.lastIndexOf(':');
  if (colon === -1 || image.indexOf('/', colon) !== -1) return { repository: image, tag: 'latest' };
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
}

/** The image of a push, with PROJECT replaced by the project's registry path. */
export function atProject({ image }: Push, project: string): string {
  return image.replaceAll(projectPlaceholder, project);
}

/** Whether the job may run on a branch that has this slug. */
export function mayRunOn({ branches }: Push, wanted: string): boolean {
  if (branches.only !== undefined) return slugOf(branches.only) === wanted;
  return !branches.not.some((name) => slugOf(name) === wanted);
}
