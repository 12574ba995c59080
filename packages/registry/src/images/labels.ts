import { bounds, maskSecrets } from '@keelson/core';
import type { ImageLabels } from '../types.ts';

const keys = ['revision', 'created', 'source', 'version'] as const;

const word = /^[\w.+~-]+$/;

type Texts = Readonly<Record<string, string>> | null | undefined;

/**
 * The labels that history keeps, each from the first source that has it. `created` falls back to the config's own. They come from whoever built
 * the image: without control characters, cut, and without secrets, as in the URL with which CI cloned it.
 */
export function pickLabels(sources: readonly Texts[], configCreated?: string): ImageLabels {
  const found = keys.flatMap((key) => {
    const name = `org.opencontainers.image.${key}`;
    const texts = [...sources.map((source) => source?.[name]), key === 'created' ? configCreated : undefined];
    const value = texts.map(printable).find((text) => text !== '');
    // A revision looks like a secret, and is none: a word is kept as it is.
    return value === undefined
      ? []
      : [[key, key !== 'source' && word.test(value) ? value : maskSecrets(value)] as const];
  });
  return Object.fromEntries(found);
}

/** Whether every label is there, so that no other source can add one. */
export function isComplete(labels: ImageLabels): boolean {
  return keys.every((key) => labels[key] !== undefined);
}

function printable(text: string | undefined): string {
  // Cut first: cleaning megabytes takes long. Cut by code points, so that none is halved.
  const start = [...(text ?? '').slice(0, 2 * bounds.labelChars)].slice(0, bounds.labelChars).join('');
  return start.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
}
