import type { Document } from 'yaml';
import { isCollection, LineCounter, parseAllDocuments, visit } from 'yaml';
import { finding } from '../finding.ts';
import type { Finding } from '../report/schema.ts';
import { referenceTag } from './reference-tag.ts';
import type { SourceFile } from './yaml-origin.ts';

export interface ParsedFile {
  readonly source: SourceFile;
  readonly documents: readonly Document[];
  readonly findings: readonly Finding[];
}

/**
 * The documents of a YAML file; never throws. A file that holds templates is not YAML yet, and is left out with an info; one that is broken
 * is an error, and none of its documents are looked at, since half of a file says little about the whole.
 */
export function parseYaml(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const source: SourceFile = { file, text, lines };
  // Kubernetes reads YAML 1.1: an unquoted `yes` is a boolean to it.
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    lineCounter: lines,
    customTags: [referenceTag],
    logLevel: 'silent',
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const [broken] = documents.flatMap(({ errors }) => errors);
  const templated = text.includes('{{') && (broken !== undefined || documents.some(holdsTemplate));
  if (templated) return { source, documents: [], findings: [skipped(file)] };
  if (!broken) return { source, documents, findings: [] };
  const { line, col } = broken.linePos?.[0] ?? { line: 1, col: 1 };
  const why = (broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  const unreadable = finding(
    'unreadable-file',
    'error',
    { file, line, column: col },
    `This is no YAML: ${why}.`,
    'Mend the file; nothing else in it was looked at.',
  );
  return { source, documents: [], findings: [unreadable] };
}

/** `image: {{ .Values.image }}` is a map whose key is a map: what nobody writes by hand. */
function holdsTemplate(document: Document): boolean {
  let found = false;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function skipped(file: string): Finding {
  return finding(
    'template-skipped',
    'info',
    { file },
    'This file holds templates ({{ … }}), so it was not looked at.',
    'Render it first (helm template, for example) and check what comes out.',
  );
}
