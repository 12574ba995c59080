import { dirname, join, normalize } from 'node:path/posix';
import type { Fields } from '@keelson/kube/fields';
import { fields, isFields, list, strings, text } from '@keelson/kube/fields';
import type { Origin } from '../model/manifest-object.ts';

/** A kustomization file: which files it combines, and its own settings. */
export interface KustomizeFile {
  /** Its folder, '' for the linted folder itself. */
  readonly folder: string;
  readonly value: Fields;
  readonly origin: Origin;
  /** Files that it lists itself. */
  readonly resources: readonly string[];
  /** Folders that it lists: other kustomizations. */
  readonly bases: readonly string[];
  /** Files that it lists as patches: parts of objects, not objects. */
  readonly patches: readonly string[];
}

const names = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

export function isKustomizeFile(file: string): boolean {
  return names.test(file);
}

/** Reads a kustomization file. Remote resources (URLs) are left out. */
export function readKustomizeFile(file: string, value: Fields, origin: Origin): KustomizeFile {
  const folder = dirname(file) === '.' ? '' : dirname(file);
  const local = (listed: unknown): string[] =>
    list(listed).flatMap((entry) => {
      const path = text(entry);
      return path === undefined || path.includes('://') || path.includes('\n') ? [] : [below(folder, path)];
    });
  const listed = [...local(value['resources']), ...local(value['bases']), ...local(value['components'])];
  const patches = list(value['patches']).map((patch) => fields(patch)['path']);
  const older = [...list(value['patchesJson6902'])].map((patch) => fields(patch)['path']);
  return {
    folder,
    value,
    origin,
    resources: listed.filter(isFile),
    bases: listed.filter((path) => !isFile(path)),
    patches: [...local([...patches, ...older]), ...local(value['patchesStrategicMerge'])],
  };
}

function isFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/.test(path);
}

/** The path of an entry of a folder: `../base` in `apps/shop` is `apps/base`. */
export function below(folder: string, path: string): string {
  const joined = normalize(join(folder, path)).replace(/\/$/, '');
  return joined === '.' ? '' : joined;
}

/** Every file that the kustomization of a folder lists, its bases included. */
export function filesOf(folder: string, all: readonly KustomizeFile[], seen = new Set<string>()): readonly string[] {
  if (seen.has(folder)) return [];
  seen.add(folder);
  return all
    .filter((one) => one.folder === folder)
    .flatMap(({ resources, bases }) => [...resources, ...bases.flatMap((base) => filesOf(base, all, seen))]);
}

/** What kustomizations add to every object of a file. */
export interface Common {
  readonly namespace?: string;
  /** `commonAnnotations`; they replace those of the manifest, as in kustomize. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What kustomizations add to the objects of their files, by file. Where two differ, the first one counts. */
export function commonOf(all: readonly KustomizeFile[]): ReadonlyMap<string, Common> {
  const common = new Map<string, Common>();
  for (const { folder, value } of all) {
    const namespace = text(value['namespace']);
    const annotations = strings(value['commonAnnotations']);
    if (namespace === undefined && Object.keys(annotations).length === 0) continue;
    const given = { ...(namespace !== undefined && { namespace }), annotations };
    for (const file of filesOf(folder, all)) {
      const before = common.get(file);
      common.set(file, { ...given, ...before, annotations: { ...annotations, ...before?.annotations } });
    }
  }
  return common;
}

/** Whether a value may be the content of a kustomization file: kind Kustomization or Component of kustomize, or without a kind. */
export function isKustomizeValue(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const apiVersion = text(value['apiVersion']);
  return apiVersion === undefined || apiVersion.startsWith('kustomize.config.k8s.io/');
}
