import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PullRequest, RegistryPuller } from '@keelson/simulator/kubelet';
import { PullError, parseImageName, unresolved } from '@keelson/simulator/kubelet';
import { fetchImage } from './fetch-image.ts';
import type { ImageConfig } from './image-config.ts';
import { readImageConfig } from './image-config.ts';
import { unpackLayer } from './unpack-layer.ts';

export interface UnpackedImage {
  /** The folder of its files, shared by all containers of it: not to be written into. */
  readonly root: string;
  readonly config: ImageConfig;
}

/** The images of this laptop: one folder for each digest, unpacked once and kept. */
export class ImageFolders {
  readonly #folder: string;
  readonly #puller: RegistryPuller;
  readonly #pulls = new Map<string, Promise<UnpackedImage>>();

  constructor(folder: string, puller: RegistryPuller) {
    this.#folder = folder;
    this.#puller = puller;
  }

  /** Throws PullError. */
  async pull({ image, imageID, credentials }: PullRequest): Promise<UnpackedImage> {
    const name = parseImageName(image);
    if (this.#puller.baseOf(name.host) === undefined)
      throw unresolved(
        name,
        `no mirror leads to ${name.host}: only images that were built here are run on this laptop`,
      );
    const known = this.#pulls.get(imageID);
    if (known !== undefined) return known;
    const pull = this.#pull(imageID, credentials).catch((error: unknown) => {
      this.#pulls.delete(imageID);
      throw error;
    });
    this.#pulls.set(imageID, pull);
    return pull;
  }

  /** An image that was pulled before. Throws Error for another. */
  async get(imageID: string): Promise<UnpackedImage> {
    const known = await this.#pulls.get(imageID);
    if (known === undefined) throw new Error(`image ${imageID} was not pulled`);
    return known;
  }

  async #pull(imageID: string, credentials: string | undefined): Promise<UnpackedImage> {
    const folder = join(this.#folder, (parseImageName(imageID).digest ?? '').replace(':', '-'));
    if (!existsSync(folder)) await this.#unpack(imageID, credentials, folder);
    return { root: join(folder, 'root'), config: readImageConfig(await readFile(join(folder, 'config.json'), 'utf8')) };
  }

  /** Under another name until it is whole: what was broken off is never taken for an image. */
  async #unpack(imageID: string, credentials: string | undefined, folder: string): Promise<void> {
    const { config, layers } = await fetchImage(this.#puller, imageID, credentials);
    await mkdir(this.#folder, { recursive: true });
    const half = await mkdtemp(`${folder}-half-`);
    try {
      readImageConfig(config);
      await writeFile(join(half, 'config.json'), config);
      await mkdir(join(half, 'root'));
      for (const layer of layers) await unpackLayer(layer, join(half, 'root'));
      await rename(half, folder);
    } catch (error) {
      await rm(half, { recursive: true, force: true });
      // another run of this program may have been faster
      if (existsSync(folder)) return;
      throw notUnpacked(imageID, error);
    }
  }
}

function notUnpacked(imageID: string, error: unknown): PullError {
  const why = error instanceof Error ? error.message : String(error);
  const message = `failed to pull and unpack image "${imageID}": failed to extract layer: ${why}`;
  return new PullError(message, 'ErrImagePull', { cause: error });
}
