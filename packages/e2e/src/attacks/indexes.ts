import { createHash } from 'node:crypto';
import type { Attack } from './attack.ts';
import { numbered } from './attacker.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;
const mebibyte = 1024 * 1024;
/** Just below what registries take, and below what may be taken of a part. */
const sizes = [4 * mebibyte - 4_096, mebibyte - 4_096, mebibyte / 4];

interface Content {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: string;
}

function content(mediaType: string, value: object): Content {
  const body = JSON.stringify(value);
  return { digest: `sha256:${createHash('sha256').update(body).digest('hex')}`, mediaType, body };
}

/** As many small entries as fill this size: what takes longest to parse. */
function entries(bytes: number, seed: number) {
  return Array.from({ length: Math.floor(bytes / 160) }, (_, index) => ({
    mediaType: types.layer,
    digest: `sha256:${(seed * mebibyte + index).toString(16).padStart(64, '0')}`,
    size: 1,
  }));
}

/** The children of an index, half of them indexes themselves. */
function heavyChildren(count: number, seed: number): readonly Content[] {
  return Array.from({ length: count }, (_, index) => {
    const filling = entries(sizes[Math.floor(index / 2) % sizes.length] ?? mebibyte, seed + index);
    if (index % 2 === 1) return content(types.index, { schemaVersion: 2, mediaType: types.index, manifests: filling });
    const config = { mediaType: types.config, digest: filling[0]?.digest, size: 1 };
    return content(types.manifest, { schemaVersion: 2, mediaType: types.manifest, config, layers: filling });
  });
}

/** With a million empty lists, which take fifty times as much memory as text. */
function indexOf(children: readonly Content[], turn: number): Content {
  const manifests = children.map(({ mediaType, digest, body }, index) => ({
    mediaType,
    digest,
    size: body.length,
    platform: { os: 'linux', architecture: ['amd64', 'arm64'][index] ?? `odd-${index}` },
  }));
  const odd = Array.from({ length: (3.9 * mebibyte) / 3 }, () => []);
  return content(types.index, { schemaVersion: 2, mediaType: types.index, manifests, turn, odd });
}

/** A registry that answers what no registry would take from anybody. */
export const indexes: Attack = {
  name: 'serves indexes whose children have megabytes',
  async begin({ deploy, push, checked, amount, serve }) {
    const names = numbered('index', amount(1, 4));
    const children = names.map((_, index) => heavyChildren(amount(6, 32), 1_000 * index));
    for (const [index, name] of names.entries()) {
      await push(name);
      await deploy(name);
      for (const child of children[index] ?? []) serve(name, child.digest, child);
    }
    await checked(...names);
    return async (count) => {
      const index = count % names.length;
      const name = names[index] ?? '';
      const top = indexOf(children[index] ?? [], count);
      serve(name, top.digest, top);
      serve(name, 'latest', top);
    };
  },
};
