import { createHash } from 'node:crypto';
import { bounds } from '@keelson/core';
import type { Attacker } from '../attacks/attacker.ts';
import { numbered } from '../attacks/attacker.ts';
import type { Feed, Run } from './feed.ts';
import { tenfold } from './feed.ts';

const oci = (kind: string) => `application/vnd.oci.image.${kind}.v1+json`;
const index = oci('index');
const manifest = oci('manifest');
const config = oci('config');
const layer = oci('layer');

interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly body: string;
}

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const ofText = (mediaType: string, body: string): Content => ({ mediaType, digest: digestOf(body), body });
const ofValue = (mediaType: string, value: object) => ofText(mediaType, JSON.stringify({ mediaType, ...value }));
const entry = ({ mediaType, digest, body }: Content) => ({ mediaType, digest, size: body.length });
const manifestOf = (of: Content, more: object = {}) =>
  ofValue(manifest, { schemaVersion: 2, config: entry(of), ...more });
const indexOf = (children: readonly Content[], more: object = {}) =>
  ofValue(index, { schemaVersion: 2, manifests: children.map(entry), ...more });
const padding = (bytes: number) => ({ annotations: { padding: 'x'.repeat(bytes) } });

const small = ofValue(config, {});
/** Different ones, with a config that each registry has. */
const children = (count: number, of: (name: string) => Content) => numbered('child', count).map(of);
const tiny = (name: string) => manifestOf(small, { annotations: { name } });

/** A workload whose tag moves to the last of these contents, once it was checked. */
const served =
  (make: () => readonly Content[]): Run =>
  async (attacker, name) => {
    await followed(attacker, name);
    const contents = make();
    for (const content of [small, ...contents]) {
      const kind = content.mediaType === config ? 'blobs' : 'manifests';
      attacker.serve(name, content.digest, { ...content, kind });
    }
    const top = contents.at(-1) ?? small;
    attacker.serve(name, 'latest', top);
    await attacker.checkedAgain(name);
  };

async function followed({ push, deploy, checked }: Attacker, name: string): Promise<void> {
  await push(name);
  await deploy(name);
  await checked(name);
}

const longText = 'x'.repeat(tenfold * bounds.imageConfigBytes);
const heavy = served(() => {
  const parts = children(tenfold, (name) =>
    manifestOf(small, {
      ...padding(bounds.imageBytes),
      layers: [{ mediaType: layer, digest: digestOf(name), size: 1 }],
    }),
  );
  return [...parts, indexOf(parts)];
});

const tokenTest = { heldBy: 'packages/registry/test/bounded-bodies.test.ts' };

export const ofImages = {
  labelChars: served(() => {
    const text = 'x'.repeat(tenfold * bounds.labelChars);
    const labels = { 'org.opencontainers.image.revision': text, 'org.opencontainers.image.source': text };
    const own = ofValue(config, { config: { Labels: labels } });
    return [own, manifestOf(own, { annotations: labels })];
  }),
  manifestBytes: served(() => [manifestOf(small, padding(tenfold * bounds.manifestBytes))]),
  childManifestBytes: served(() => {
    const child = manifestOf(small, padding(tenfold * bounds.childManifestBytes));
    return [child, indexOf([child])];
  }),
  imageConfigBytes: served(() => {
    const own = ofValue(config, { config: { Labels: { long: longText } } });
    return [own, manifestOf(own)];
  }),
  imageBytes: heavy,
  imageJsonValues: served(() => [
    manifestOf(small, { odd: Array.from({ length: tenfold * bounds.imageJsonValues }, () => 0) }),
  ]),
  jsonDepth: served(() => {
    const depth = tenfold * bounds.jsonDepth;
    const nested = '['.repeat(depth) + ']'.repeat(depth);
    return [ofText(manifest, `{"schemaVersion":2,"config":${JSON.stringify(entry(small))},"odd":${nested}}`)];
  }),
  imageManifests: served(() => [indexOf(children(tenfold * bounds.imageManifests, tiny))]),
  imageIndexes: served(() => {
    const inner = children(tenfold * bounds.imageIndexes, (name) => indexOf([tiny(name)]));
    return [...inner, indexOf(inner)];
  }),
  shortBodyBytes: heavy,
  longBodies: heavy,
  longBodiesDecompressed: heavy,
  namespaceBodyBytes: heavy,
  namespaceBodyBytesPerSecond: heavy,
  errorBodyBytes: async (attacker, name) => {
    await followed(attacker, name);
    const body = 'x'.repeat(tenfold * bounds.errorBodyBytes);
    attacker.serve(name, 'latest', { mediaType: 'text/plain', digest: '', body, status: 500 });
    await attacker.checkedAgain(name);
  },
  tokenAnswerBytes: tokenTest,
  tokenChars: tokenTest,
} as const satisfies Readonly<Record<string, Feed>>;
