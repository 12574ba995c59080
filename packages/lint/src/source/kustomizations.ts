import { dirname, join, normalize } from 'node:path/posix';
import type { Fields } from '../fields.ts';
import { fields, isFields, list, strings, text } from '../fields.ts';
import type { Origin } from '../model/thing.ts';

/** A kustomization file of the tree: what it brings together, and what it makes of it. */
export interface KustomizeFile {
  /** Its folder, '' for the checked one itself. */
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

/** Reads a kustomization file. What is not local (a URL) is left out: it cannot be seen from here. */
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

/** `../base` below `apps/shop` is `apps/base`. */
export function below(folder: string, path: string): string {
  const joined = normalize(join(folder, path)).replace(/\/$/, '');
  return joined === '.' ? '' : joined;
}

/** Every file that a kustomization's folder brings, those of its bases too. */
export function filesOf(folder: string, all: readonly KustomizeFile[], seen = new Set<string>()): readonly string[] {
  if (seen.has(folder)) return [];
  seen.add(folder);
  return all
    .filter((one) => one.folder === folder)
    .flatMap(({ resources, bases }) => [...resources, ...bases.flatMap((base) => filesOf(base, all, seen))]);
}

/** What kustomizations give to every object of a file. */
export interface Common {
  readonly namespace?: string;
  /** `commonAnnotations`; a manifest's own of the same key are overruled, as kustomize does. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What kustomizations give to what their files hold, by file; of two that say otherwise the first counts. */
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

/** A value that a kustomization file may hold: kind Kustomization or Component of kustomize, or no kind at all. */
export function isKustomizeValue(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const apiVersion = text(value['apiVersion']);
  return apiVersion === undefined || apiVersion.startsWith('kustomize.config.k8s.io/');
}
