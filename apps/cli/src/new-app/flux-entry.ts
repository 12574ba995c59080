import { parseAllDocuments, parseDocument } from 'yaml';
import type { Naming } from './template.ts';
import { renamed, TEMPLATE } from './template.ts';

/** What Flux applies in the first cluster; the second one takes what it wants. */
export const FLUX_FILE = 'clusters/homelab/apps.yaml';

/**
 * The text of FLUX_FILE with one Kustomization more: a copy of the template's, at the end. What was there stays as it was written, to the
 * byte. Throws when the template's is not there.
 */
export function withFluxEntry(text: string, naming: Naming): string {
  const source = parseAllDocuments(text).find((document) => document.getIn(['spec', 'path']) === `./apps/${TEMPLATE}`);
  if (source === undefined || source.errors.length > 0) {
    throw new Error(`${FLUX_FILE} holds no Kustomization with the path ./apps/${TEMPLATE} to copy.`);
  }
  // A comment at the top is about the file, or about the app that stands there.
  const written = source.toString({ directives: false }).replace(/^(?:#.*\n|\s*\n)+/, '');
  const copy = parseDocument(renamed(written, naming));
  copy.setIn(['metadata', 'name'], naming.name);
  return `${text.trimEnd()}\n---\n${copy.toString()}`;
}
