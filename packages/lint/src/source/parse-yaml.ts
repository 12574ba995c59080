import type { Document } from 'yaml';
import { isCollection, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
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
 * The documents of a YAML file; never throws. A file with templates is not YAML yet: it is left out with an info. A file that is not valid is an
 * error, and none of its documents are linted.
 */
export function parseYaml(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const source: SourceFile = { file, text, lines };
  try {
    return read(source);
  } catch (error) {
    // The parser calls itself for nested values, until the stack ends.
    if (!(error instanceof RangeError)) throw error;
    return unreadable(source, 'its values are nested too deeply');
  }
}

function read(source: SourceFile): ParsedFile {
  const { file, text, lines } = source;
  // Kubernetes reads YAML 1.1: an unquoted `yes` is a boolean to it.
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    lineCounter: lines,
    customTags: [referenceTag],
    logLevel: 'silent',
    // Of thousands of errors one is shown.
    prettyErrors: false,
    // The parser compares each key with all before it: minutes for 100,000 of them.
    uniqueKeys: false,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const broken = documents.find(({ errors }) => errors.length > 0)?.errors[0] ?? repeatedKey(documents);
  const templated = text.includes('{{') && (broken !== undefined || documents.some(holdsTemplate));
  if (templated) return { source, documents: [], findings: [skipped(file)] };
  const why = broken ? reasonOf(broken.message) : whyNoValue(documents);
  if (why === undefined) return { source, documents, findings: [] };
  return unreadable(source, why, broken && lines.linePos(broken.pos[0]));
}

function unreadable(source: SourceFile, why: string, { line, col } = { line: 1, col: 1 }): ParsedFile {
  const { file } = source;
  const message = `This is not valid YAML: ${why}.`;
  const how = 'Fix the file; nothing else in it was linted.';
  return {
    source,
    documents: [],
    findings: [finding('unreadable-file', 'error', { file, line, column: col }, message, how)],
  };
}

/** What is wrong with the aliases and merges of valid YAML: the parser says so only when it makes values of them, and makes circles. */
function whyNoValue(documents: readonly Document[]): string | undefined {
  try {
    for (const document of documents) {
      const value: unknown = document.toJS();
      if (hasAlias(document)) JSON.stringify(value);
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Merge sources')) return 'what << merges is not a map';
    if (error instanceof TypeError) return 'an alias stands for something that it is a part of';
    if (!(error instanceof ReferenceError)) throw error;
    return error.message.startsWith('Unresolved')
      ? 'an alias names no anchor before it'
      : 'its aliases stand for too much';
  }
  return undefined;
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** The first key that its map has already, as the parser reports mistakes. Each `<<` has a value of its own. */
function repeatedKey(documents: readonly Document[]): { readonly message: string; readonly pos: [number] } | undefined {
  let found: number | undefined;
  for (const document of documents) {
    visit(document, {
      Map(_, { items }) {
        const before = new Set<unknown>();
        for (const { key } of items) {
          if (!isScalar(key)) continue;
          if (before.has(key.value)) {
            found = key.range?.[0] ?? 0;
            return visit.BREAK;
          }
          before.add(key.value);
        }
        return undefined;
      },
    });
    if (found !== undefined) return { message: 'Map keys must be unique', pos: [found] };
  }
  return undefined;
}

/** The parser's reason. Some of them quote what it stumbled over, which may be a password. */
function reasonOf(message: string): string {
  return (message.split('\n')[0] ?? '').replace(
    /(YAML stream|extra characters|Unresolved tag|Unknown directive)\b.*$/,
    '$1',
  );
}

/** `image: {{ .Values.image }}` parses as a map whose key is a map, which manifests never have. */
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
    'This file contains templates ({{ … }}), so it was not linted.',
    'Render it first, for example with helm template, and lint the result.',
  );
}
