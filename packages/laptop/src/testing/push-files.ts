import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';

/** Files by their paths in the image; a link is `{ link: TARGET }`, a text that begins with `#!` may be run. */
export type Files = Readonly<Record<string, string | { readonly link: string }>>;

/** A layer of these files, as `tar` packs it. */
export async function layerOf(files: Files, gzip = true): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-layer-'));
  try {
    const tree = join(folder, 'tree');
    await mkdir(tree);
    for (const [path, content] of Object.entries(files)) await write(join(tree, path), content);
    const file = join(folder, 'layer.tar');
    await create({ file, cwd: tree, gzip, portable: true }, Object.keys(files));
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(file: string, content: Files[string]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  if (typeof content !== 'string') return symlink(content.link, file);
  await writeFile(file, content);
  if (content.startsWith('#!')) await chmod(file, 0o755);
}

export interface PushedFiles {
  /** As the registry's Docker config names them: Env, Entrypoint, Cmd, WorkingDir. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly layers: readonly Buffer[];
}

/** Pushes an OCI image to a registry without a password. @returns its digest */
export async function pushFiles(url: string, repository: string, tag: string, image: PushedFiles): Promise<string> {
  const { config = {}, layers } = image;
  const rootfs = { type: 'layers', diff_ids: [] };
  const top = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', config, rootfs }));
  for (const blob of [top, ...layers]) await pushBlob(`${url}/v2/${repository}`, blob);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: descriptor('config.v1+json', top),
      layers: layers.map((layer) => descriptor('layer.v1.tar+gzip', layer)),
    }),
  );
  const headers = { 'content-type': mediaType };
  await send(`${url}/v2/${repository}/manifests/${tag}`, { method: 'PUT', headers, body: manifest });
  return digestOf(manifest);
}

async function pushBlob(base: string, blob: Buffer): Promise<void> {
  const started = await send(`${base}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(started.headers.get('location') ?? '', base);
  location.searchParams.set('digest', digestOf(blob));
  await send(location.href, { method: 'PUT', body: blob });
}

async function send(url: string, init: { method: string; headers?: Record<string, string>; body?: Buffer }) {
  const { body, ...rest } = init;
  const response = await fetch(url, body === undefined ? rest : { ...rest, body: new Uint8Array(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${init.method} ${url} was answered with ${response.status}.`);
  return response;
}

function descriptor(kind: string, content: Buffer): object {
  return { mediaType: `application/vnd.oci.image.${kind}`, digest: digestOf(content), size: content.length };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
