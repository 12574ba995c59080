import type { RunConfig } from '../build/stage.ts';
import type { Content } from './content.ts';
import { descriptor, json, mediaTypes } from './content.ts';
import type { Layer } from './pack-layer.ts';

export interface Image {
  /** Layer and config: what the manifest names. */
  readonly blobs: readonly Content[];
  readonly manifest: Content;
}

const createdLabel = 'org.opencontainers.image.created';

/** Config and manifest around a layer (image-spec config.md, manifest.md). The same arguments give the same digests. */
export function makeImage({ blob, diffId }: Layer, config: RunConfig, architecture: string): Image {
  const created = config.labels.get(createdLabel);
  const body = json(mediaTypes.config, {
    // The time of the build itself would give equal content another digest each time, so that Keelson would roll it out.
    ...(created !== undefined && isTime(created) ? { created } : {}),
    architecture,
    os: 'linux',
    config: containerConfig(config),
    rootfs: { type: 'layers', diff_ids: [diffId] },
  });
  const manifest = json(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(body),
    layers: [descriptor(blob)],
  });
  return { blobs: [blob, body], manifest };
}

function containerConfig(config: RunConfig): object {
  const { env, labels, exposed, user, cmd, entrypoint, workdir, stopSignal } = config;
  return {
    ...(user === undefined ? {} : { User: user }),
    ...(exposed.length === 0 ? {} : { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) }),
    ...(env.size === 0 ? {} : { Env: [...env].map(([name, value]) => `${name}=${value}`) }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    ...(cmd === undefined ? {} : { Cmd: cmd }),
    ...(workdir === '/' ? {} : { WorkingDir: workdir }),
    ...(labels.size === 0 ? {} : { Labels: Object.fromEntries([...labels].sort(byName)) }),
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
  };
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

/** RFC 3339, which is all that the field may hold. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}
