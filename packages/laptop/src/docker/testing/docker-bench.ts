import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { formatReference, parseReference } from '@keelson/image';
import { z } from 'zod';
import { loadImage } from '../image/layout.ts';
import { runDocker } from '../run-docker.ts';
import type { PackedEntry } from './unpack-layer.ts';
import { unpackLayer } from './unpack-layer.ts';

const configShape = z.object({ created: z.string().optional(), config: z.record(z.string(), z.unknown()) });

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface BuiltImage {
  readonly digest: string;
  readonly config: z.infer<typeof configShape>;
  readonly files: ReadonlyMap<string, PackedEntry>;
}

/** A `docker` with folders of its own: for tests. */
export interface DockerBench {
  readonly folder: string;
  readonly configFolder: string;
  /** Writes files below the build context. */
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly docker: (args: readonly string[], input?: string) => Promise<Said>;
  /** Builds a Dockerfile of these lines as `x:1` and returns the image. @throws Error with what `docker` printed when the build fails */
  readonly build: (lines: readonly string[], ...args: readonly string[]) => Promise<BuiltImage>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export async function createDockerBench(mirrors: Readonly<Record<string, string>> = {}): Promise<DockerBench> {
  const top = await mkdtemp(join(tmpdir(), 'keelson-docker-'));
  const folder = join(top, 'context');
  const configFolder = join(top, 'config');
  const store = join(top, 'images');
  await mkdir(folder);
  await mkdir(store);
  const path = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }

  async function docker(args: readonly string[], input = ''): Promise<Said> {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runDocker(args, {
      settings: { store, mirrors: { ...mirrors }, tools: { PATH: path, HOME: top } },
      configFolder,
      cwd: folder,
      readInput: async () => input,
      say: (line) => out.push(line),
      warn: (line) => err.push(line),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  return {
    folder,
    configFolder,
    write,
    docker,
    build: async (lines, ...args) => {
      await write({ Dockerfile: lines.join('\n') });
      const said = await docker(['build', '-t', 'x:1', ...args, '.']);
      if (said.code !== 0) throw new Error(`${said.code}: ${said.err}`);
      const image = await loadImage(store, formatReference(parseReference('x:1')));
      const [layer, config] = image?.blobs ?? [];
      if (image === undefined || layer === undefined || config === undefined) throw new Error('no image was kept');
      return {
        digest: image.manifest.digest,
        config: configShape.parse(JSON.parse(config.body.toString())),
        files: await unpackLayer(layer.body),
      };
    },
    [Symbol.asyncDispose]: () => rm(top, { recursive: true, force: true }),
  };
}
