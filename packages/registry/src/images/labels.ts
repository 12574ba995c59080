import type { ImageLabels } from '../types.ts';

const keys = ['revision', 'created', 'source', 'version'] as const;

type Texts = Readonly<Record<string, string>> | null | undefined;

/** The labels that history keeps, each from the first source that has it. `created` falls back to the config's own. */
export function pickLabels(sources: readonly Texts[], configCreated: string | undefined): ImageLabels {
  const found = keys.flatMap((key) => {
    const name = `org.opencontainers.image.${key}`;
    const value =
      sources.map((source) => source?.[name]).find((text) => text) ?? (key === 'created' ? configCreated : '');
    return value ? [[key, value] as const] : [];
  });
  return Object.fromEntries(found);
}
