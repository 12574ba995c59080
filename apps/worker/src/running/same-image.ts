import type { Digest } from '@keelson/image';
import type { ConfigDigests, RegistryClient } from '@keelson/registry';
import { RegistryError } from '@keelson/registry';
import type { RegistryRequest } from '../registry-access/quick-requests.ts';

/**
 * `unknown`: the registry does not say, so nothing may be concluded from it. `ambiguous`: they are the same on some platforms, and which one the pod's
 * node has is never known.
 */
export type Comparison = 'same' | 'another' | 'unknown' | 'ambiguous';

/**
 * Whether the digest that a pod reports is the image that was written. It may report the index, the manifest of its platform, or the config; or the
 * first digest under which its node knows the same config, as after a rebuild that changed attestations only. So two digests are two images only
 * where their configs are known to differ. Sends no request where the digests are equal; what it reads is kept.
 *
 * @param isConfig Whether the pod names no repository, so that its digest is that of a config
 * @throws RegistryError when the written image cannot be read
 */
export async function compareImages(
  registry: Pick<RegistryClient, 'describe' | 'configDigests'>,
  { reference, options }: RegistryRequest,
  { written, reported, isConfig }: { readonly written: Digest; readonly reported: Digest; readonly isConfig: boolean },
): Promise<Comparison> {
  if (reported === written) return 'same';
  const { relatedDigests } = await registry.describe(reference, written, options);
  if (relatedDigests.includes(reported)) return 'same';
  const ours = await registry.configDigests(reference, written, options);
  if (ours.digests.includes(reported)) return 'same';
  if (isConfig) return ours.complete ? 'another' : 'unknown';
  const theirs = await configsOf(() => registry.configDigests(reference, reported, options));
  return theirs === undefined ? 'unknown' : compareConfigs(ours, theirs);
}

/** Images of several platforms may have some configs in common: which of them the pod runs is not known. */
function compareConfigs(ours: ConfigDigests, theirs: ConfigDigests): Comparison {
  const common = theirs.digests.filter((config) => ours.digests.includes(config)).length;
  if (theirs.complete && common > 0 && common === theirs.digests.length) return 'same';
  if (common > 0) return 'ambiguous';
  return ours.complete && theirs.complete ? 'another' : 'unknown';
}

/** Undefined where the registry does not have the image, any more or at this place. */
async function configsOf(read: () => Promise<ConfigDigests>): Promise<ConfigDigests | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return undefined;
    throw error;
  }
}
