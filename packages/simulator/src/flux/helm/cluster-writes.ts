import type { ApiClient } from '../../api-client.ts';
import type { Fields } from '../../cluster/json.ts';
import { fieldsOf } from '../../cluster/json.ts';
import { hasDrifted, versionOf } from '../apply-object.ts';
import type { Manifest } from '../manifest.ts';
import { subjectOf } from '../manifest.ts';
import type { ObjectPaths } from '../object-paths.ts';

export const helmManager = 'helm-controller';
const applyType = 'application/apply-patch+yaml';

export interface HelmAccess {
  readonly api: ApiClient;
  readonly paths: ObjectPaths;
}

/** How an upgrade writes: by server-side apply, by a patch, or (`force` without server-side apply) by a PUT, which removes what others added. */
export type Writing = 'apply' | 'patch' | 'replace';

export function writingOf(spec: Fields): Writing {
  const { serverSideApply, force } = fieldsOf(spec['upgrade']);
  if (serverSideApply !== 'disabled') return 'apply';
  return force === true ? 'replace' : 'patch';
}

function applied(access: HelmAccess, path: string, manifest: Manifest, dry: boolean): Promise<Fields> {
  const query = `?fieldManager=${helmManager}&force=true${dry ? '&dryRun=All' : ''}`;
  return access.api.do('PATCH', path + query, manifest, applyType);
}

async function writeOne(access: HelmAccess, manifest: Manifest, writing: Writing): Promise<void> {
  const path = await access.paths.of(manifest);
  const { status, body: live } = await access.api.request('GET', path);
  if (status !== 200 || writing === 'apply') {
    await applied(access, path, manifest, false);
    return;
  }
  const query = `?fieldManager=${helmManager}`;
  if (writing === 'patch') {
    await access.api.do('PATCH', path + query, manifest, 'application/strategic-merge-patch+json');
    return;
  }
  const { resourceVersion } = fieldsOf(live['metadata']);
  await access.api.do('PUT', path + query, { ...manifest, metadata: { ...manifest.metadata, resourceVersion } });
}

/** Makes the cluster be as the manifests say, and removes what only those of before name. Throws what the API server says. */
export async function writeAll(
  access: HelmAccess,
  manifests: readonly Manifest[],
  before: readonly Manifest[],
  writing: Writing,
): Promise<void> {
  for (const manifest of manifests) {
    await writeOne(access, manifest, writing).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${subjectOf(manifest)}: ${why}`, { cause: error });
    });
  }
  const kept = new Set(manifests.map(subjectOf));
  for (const gone of before.filter((each) => !kept.has(subjectOf(each)))) {
    await access.api.request('DELETE', await access.paths.of(gone), { propagationPolicy: 'Background' });
  }
}

const maxAttempts = 10;

/** By a dry run; again where a controller wrote in between, since that is no drift. */
async function isDrifted(access: HelmAccess, manifest: Manifest): Promise<boolean> {
  const path = await access.paths.of(manifest);
  for (let tries = 0; ; tries += 1) {
    const { status, body: live } = await access.api.request('GET', path);
    if (status !== 200) return true;
    const wanted = await applied(access, path, manifest, true);
    if (tries < maxAttempts && versionOf(wanted) !== versionOf(live)) continue;
    return hasDrifted(live, wanted);
  }
}

/** The manifests that the cluster does not agree with (internal/action, Diff): fields of other managers are no drift. */
export async function drifted(access: HelmAccess, manifests: readonly Manifest[]): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const manifest of manifests) if (await isDrifted(access, manifest)) found.push(manifest);
  return found;
}
