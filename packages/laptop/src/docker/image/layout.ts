import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Content } from './content.ts';
import { content, descriptor, mediaTypes } from './content.ts';
import type { Image } from './make-image.ts';

const descriptorShape = z.object({ mediaType: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });
const indexShape = z.object({ manifests: z.array(descriptorShape).length(1) });
const manifestShape = z.object({ config: descriptorShape, layers: z.array(descriptorShape) });

/**
 * Keeps an image between `build` and `push` as an OCI image layout (image-layout.md): one folder for each reference, so that builds of several images
 * at the same time do not write one index.
 *
 * @param reference canonical: host, repository and tag
 */
export async function saveImage(store: string, reference: string, { blobs, manifest }: Image): Promise<void> {
  const folder = folderOf(store, reference);
  const fresh = `${folder}.${randomUUID()}`;
  await mkdir(join(fresh, 'blobs/sha256'), { recursive: true });
  for (const { digest, body } of [...blobs, manifest]) await writeFile(blobPath(fresh, digest), body);
  const annotations = { 'org.opencontainers.image.ref.name': reference };
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...descriptor(manifest), annotations }],
  };
  await writeFile(join(fresh, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(fresh, 'index.json'), JSON.stringify(index));
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}

/** Undefined where no image of that name was built. */
export async function loadImage(store: string, reference: string): Promise<Image | undefined> {
  const folder = folderOf(store, reference);
  const text = await readFile(join(folder, 'index.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [top] = indexShape.parse(JSON.parse(text)).manifests;
  if (top === undefined) return undefined;
  const manifest = await read(folder, top);
  const { config, layers } = manifestShape.parse(JSON.parse(manifest.body.toString()));
  const blobs = await Promise.all([...layers, config].map((each) => read(folder, each)));
  return { blobs, manifest };
}

async function read(folder: string, { mediaType, digest }: z.infer<typeof descriptorShape>): Promise<Content> {
  const found = content(mediaType, await readFile(blobPath(folder, digest)));
  if (found.digest !== digest) throw new Error(`${digest} in ${folder} is damaged: build the image again.`);
  return found;
}

function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', digest.replace(':', '/'));
}

function folderOf(store: string, reference: string): string {
  return join(store, encodeURIComponent(reference));
}
