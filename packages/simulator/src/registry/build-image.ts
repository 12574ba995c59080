import type { Digest } from '@keelson/image';
import { digestOf } from './digest.ts';
import type { ImageFormat } from './media-types.ts';
import { mediaTypes } from './media-types.ts';

export interface ImageOptions {
  /** Labels of every platform's config. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** RFC 3339. @default none */
  readonly created?: string;
  /** `os/architecture[/variant]` each; given, an index is pushed even for one. @default a single manifest of linux/amd64 */
  readonly platforms?: readonly string[];
  /** Contents of the layers. @default one small layer */
  readonly layers?: readonly (string | Buffer)[];
  /** @default 'oci' */
  readonly format?: ImageFormat;
  /** Of the index, or of the manifest where there is no index. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Adds a child of platform unknown/unknown to the index, as BuildKit's provenance is. @default false */
  readonly attestation?: boolean;
}

/** A blob or a manifest. */
export interface Content {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly body: Buffer;
}

/** Everything to push, in an order in which every reference is there before what names it; the last manifest is the top. */
export interface BuiltImage {
  readonly blobs: readonly Content[];
  readonly manifests: readonly Content[];
  readonly configDigests: readonly Digest[];
}

/** Builds an image's content. The same options give the same digests. */
export function buildImage(options: ImageOptions): BuiltImage {
  const { platforms, format = 'oci', annotations, attestation = false } = options;
  const types = mediaTypes[format];
  const layers = (options.layers ?? ['a small layer']).map((layer) => content(types.layer, Buffer.from(layer)));
  const described = (platforms ?? ['linux/amd64']).map((platform) => ({ platform, labels: options.labels }));
  if (attestation) described.push({ platform: 'unknown/unknown', labels: undefined });
  const children = described.map(({ platform, labels }) => {
    const config = json(types.config, configOf(platform, layers, labels, options.created));
    const manifest = json(types.manifest, {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptor(config),
      layers: layers.map(descriptor),
      ...(platforms === undefined && annotations !== undefined ? { annotations } : {}),
    });
    return { platform, config, manifest };
  });
  const manifests = children.map(({ manifest }) => manifest);
  if (platforms !== undefined) {
    const entries = children.map(({ platform, manifest }) => ({
      ...descriptor(manifest),
      platform: platformOf(platform),
      ...(platform === 'unknown/unknown'
        ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
        : {}),
    }));
    const index = { schemaVersion: 2, mediaType: types.index, manifests: entries };
    manifests.push(json(types.index, annotations === undefined ? index : { ...index, annotations }));
  }
  const configs = children.map(({ config }) => config);
  return { blobs: [...layers, ...configs], manifests, configDigests: configs.map(({ digest }) => digest) };
}

function configOf(
  platform: string,
  layers: readonly Content[],
  labels: ImageOptions['labels'],
  created: string | undefined,
): object {
  return {
    ...platformOf(platform),
    ...(created === undefined ? {} : { created }),
    config: labels === undefined ? {} : { Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
}

function platformOf(platform: string): object {
  const [os, architecture, variant] = platform.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function descriptor({ mediaType, digest, body }: Content): object {
  return { mediaType, digest, size: body.length };
}

function json(mediaType: string, value: object): Content {
  return content(mediaType, Buffer.from(JSON.stringify(value)));
}

function content(mediaType: string, body: Buffer): Content {
  return { digest: digestOf(body), mediaType, body };
}
