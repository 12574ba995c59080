import { parseAllDocuments, parseDocument } from 'yaml';
import type { Naming } from './template.ts';
import { renamed, template } from './template.ts';

/** The apps that Flux applies in the first cluster. */
export const fluxFilePath = 'clusters/homelab/apps.yaml';

/**
 * The text of fluxFilePath with one more Kustomization at its end: a copy of the template's. The rest of the text stays as it is, to the byte.
 *
 * @throws Error when there is no Kustomization of the template
 */
export function withFluxEntry(text: string, naming: Naming): string {
  const source = parseAllDocuments(text).find((document) => document.getIn(['spec', 'path']) === `./apps/${template}`);
  if (source === undefined || source.errors.length > 0) {
    throw new Error(`${fluxFilePath} has no Kustomization with the path ./apps/${template} to copy.`);
  }
  // A comment at the top is about the file, or about the template.
  const written = source.toString({ directives: false }).replace(/^(?:#.*\n|\s*\n)+/, '');
  const copy = parseDocument(renamed(written, naming));
  copy.setIn(['metadata', 'name'], naming.name);
  return `${text.trimEnd()}\n---\n${copy.toString()}`;
}
