import type { Path } from '@keelson/kube/fields';
import type { Document, LineCounter, Node, Pair } from 'yaml';
import { isCollection, isMap, isNode, isScalar } from 'yaml';
import type { Origin } from '../model/manifest-object.ts';

/** A file's text and lines, and its name in findings. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** The origin of an object in one document of a file. `base`: the object's path in the document, for the items of a List. */
export function yamlOrigin({ file, text, lines }: SourceFile, document: Document, base: Path = []): Origin {
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return {
    file,
    location: (path, which = 'value') => position(offsetOf(document, [...base, ...path], which)),
    lineAt(path) {
      const { line } = position(offsetOf(document, [...base, ...path], 'value'));
      return text.split('\n')[line - 1] ?? '';
    },
  };
}

/** The offset of the field at a path or, where it does not exist, of the nearest existing field above it. */
function offsetOf(document: Document, path: Path, which: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? document.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    const pair = pairAt(node, step);
    const below = pair === undefined && isCollection(node) ? node.get(step, true) : pair?.value;
    if (pair === undefined && !isNode(below)) break;
    const last = index === path.length - 1;
    const key = startOf(pair?.key);
    offset = (last && which === 'key' ? key : startOf(below)) ?? key ?? offset;
    node = below;
  }
  return offset;
}

function pairAt(node: unknown, step: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(step));
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
