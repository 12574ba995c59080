import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fields } from '@keelson/kube/fields';
import { fields, isFields, list, text } from '@keelson/kube/fields';
import { readPipeline } from './ci/read-pipeline.ts';
import type { WorkflowPush } from './ci/read-workflows.ts';
import { isWorkflow, workflowPushes } from './ci/read-workflows.ts';
import { LintError } from './lint-error.ts';
import type { ManifestObject, Origin } from './model/manifest-object.ts';
import { readManifestObject } from './model/manifest-object.ts';
import type { Subject } from './model/subject.ts';
import { isWorkload, readWorkload } from './model/workload.ts';
import type { Finding } from './report/schema.ts';
import type { Common, KustomizeFile } from './source/kustomizations.ts';
import { commonOf, isKustomizeFile, isKustomizeValue, readKustomizeFile } from './source/kustomizations.ts';
import { listFiles } from './source/list-files.ts';
import type { ParsedFile } from './source/parse-yaml.ts';
import { parseYaml } from './source/parse-yaml.ts';
import { secretCommands } from './source/secret-commands.ts';
import { yamlOrigin } from './source/yaml-origin.ts';

export interface RepositoryOptions {
  /** Paths or globs below the folder that are left out. @default none */
  readonly ignore?: readonly string[];
}

export interface ReadResult {
  readonly subject: Subject;
  /** Findings of the reading itself: files that cannot be read. */
  readonly findings: readonly Finding[];
  readonly files: number;
}

/**
 * Reads a repository's manifests and pipeline. A file that cannot be read becomes a finding.
 *
 * @throws LintError when it is not a folder
 */
export async function readRepository(folder: string, { ignore = [] }: RepositoryOptions = {}): Promise<ReadResult> {
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory()) throw new LintError(`${folder} is not a folder: name the root of a repository.`);
  const files = await listFiles(folder, ignore);
  const parsed = new Map<string, ParsedFile>();
  const texts: string[] = [];
  const workflowsPush: WorkflowPush[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    if (isWorkflow(file)) workflowsPush.push(...workflowPushes(parseYaml(file, text)));
    if (!isManifest(file, text)) continue;
    texts.push(text);
    parsed.set(file, parseYaml(file, text));
  }
  const kustomizations = [...parsed.values()].flatMap(kustomizationsOf);
  const patches = new Set(kustomizations.flatMap((one) => one.patches));
  const common = commonOf(kustomizations);
  const objects = [...parsed.values()]
    .filter(({ source: { file } }) => !patches.has(file))
    .flatMap((one) => objectsOf(one, common.get(one.source.file)));
  const broken: Finding[] = [];
  const pipeline = await readPipeline({
    files,
    read: async (file) => {
      const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const read = parseYaml(file, text);
      if (!parsed.has(file)) broken.push(...read.findings);
      return read;
    },
  });
  return {
    files: parsed.size,
    findings: [...[...parsed.values()].flatMap(({ findings }) => findings), ...broken],
    subject: {
      origin: 'repository',
      objects,
      workloads: objects.flatMap((object) => readWorkload(object) ?? []),
      kustomizations,
      ...(pipeline && { pipeline }),
      workflowPushes: workflowsPush,
      secretCommands: new Map(texts.flatMap((text) => [...secretCommands(text)])),
    },
  };
}

/** Other YAML is not parsed: lock files are large. */
function isManifest(file: string, text: string): boolean {
  return isKustomizeFile(file) || (/^[\s-]*"?apiVersion"?\s*:/m.test(text) && /^[\s-]*"?kind"?\s*:/m.test(text));
}

function kustomizationsOf({ source, documents }: ParsedFile): readonly KustomizeFile[] {
  if (!isKustomizeFile(source.file)) return [];
  return documents.flatMap((document) => {
    const value: unknown = document.toJS();
    return isKustomizeValue(value) ? [readKustomizeFile(source.file, value, yamlOrigin(source, document))] : [];
  });
}

function objectsOf({ source, documents }: ParsedFile, common: Common | undefined): readonly ManifestObject[] {
  const read = (value: Fields, origin: Origin) =>
    readManifestObject(common ? withAnnotations(value, common.annotations) : value, origin, common?.namespace) ?? [];
  return documents.flatMap((document) => {
    const value: unknown = document.toJS();
    if (!isFields(value) || (isKustomizeFile(source.file) && isKustomizeValue(value))) return [];
    if (value['kind'] !== 'List') return read(value, yamlOrigin(source, document));
    return list(value['items']).flatMap((item, index) =>
      isFields(item) ? read(item, yamlOrigin(source, document, ['items', index])) : [],
    );
  });
}

/** Only on workloads: elsewhere a common annotation is not a mistake. */
function withAnnotations(value: Fields, given: Common['annotations']): Fields {
  if (Object.keys(given).length === 0 || !isWorkload(groupAndKind(value))) return value;
  const metadata = fields(value['metadata']);
  return { ...value, metadata: { ...metadata, annotations: { ...fields(metadata['annotations']), ...given } } };
}

function groupAndKind(value: Fields) {
  return { group: (text(value['apiVersion']) ?? '').split('/')[0] ?? '', kind: text(value['kind']) ?? '' };
}
