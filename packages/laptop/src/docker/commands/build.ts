import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatReference, parseReference } from '@keelson/image';
import type { BuildContext } from '../build/build-context.ts';
import { buildStages } from '../build/build-stages.ts';
import { imageArch, platformArgs } from '../build/variables.ts';
import { readIgnore } from '../context/ignore.ts';
import { DockerError, RefusedError } from '../docker-error.ts';
import { readDockerfile } from '../dockerfile/read-dockerfile.ts';
import { saveImage } from '../image/layout.ts';
import { makeImage } from '../image/make-image.ts';
import { packLayer } from '../image/pack-layer.ts';
import type { DockerContext } from '../settings.ts';
import { readOptions } from './options.ts';

/** `docker build -t NAME[:TAG] [-f FILE] [--build-arg NAME=VALUE] FOLDER`. `--pull` and `--no-cache` are always so: nothing is kept from before. */
export async function build(args: readonly string[], context: DockerContext): Promise<void> {
  const { values, positionals } = readOptions('build', args, {
    tag: { type: 'string', short: 't', multiple: true },
    file: { type: 'string', short: 'f' },
    'build-arg': { type: 'string', multiple: true },
    label: { type: 'string', multiple: true },
    target: { type: 'string' },
    pull: { type: 'boolean' },
    'no-cache': { type: 'boolean' },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0)
    throw new RefusedError('docker build needs one folder: docker build -t NAME FOLDER.');
  const tags = (values.tag ?? []).map((tag) => formatReference(parseReference(tag)));
  if (tags.length === 0)
    throw new RefusedError('docker build needs a name here, by which push finds the image: -t NAME:TAG.');
  const folder = resolve(context.cwd, path);
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new RefusedError(`${path} is no folder; the laptop's docker builds from folders only.`);
  const file = values.file === undefined ? join(folder, 'Dockerfile') : resolve(context.cwd, values.file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new DockerError(`There is no Dockerfile at ${values.file ?? join(path, 'Dockerfile')}.`, { cause: error });
  });
  const instructions = readDockerfile(text);
  const work = join(context.settings.store, `.build-${randomUUID()}`);
  const arch = imageArch();
  const shared: BuildContext = {
    folder,
    ignore: readIgnore(await ignoreText(file, folder)),
    buildArgs: namedValues('--build-arg', values['build-arg'] ?? []),
    globalArgs: new Map(platformArgs(arch)),
    tools: context.settings.tools,
    stages: [],
    newRoot: async () => {
      const root = join(work, randomUUID());
      await mkdir(root, { recursive: true });
      return root;
    },
    say: context.say,
  };
  try {
    const stage = await buildStages(instructions, shared, values.target);
    const labels = new Map([...stage.config.labels, ...namedValues('--label', values.label ?? [])]);
    const image = makeImage(await packLayer(stage.root), { ...stage.config, labels }, arch);
    for (const tag of tags) await saveImage(context.settings.store, tag, image);
    context.say(`Successfully built ${image.manifest.digest}`);
    for (const tag of tags) context.say(`Successfully tagged ${tag}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A Dockerfile's own (`Dockerfile.dockerignore`) goes before that of the context. */
async function ignoreText(file: string, folder: string): Promise<string> {
  const own = await readFile(`${file}.dockerignore`, 'utf8').catch(() => undefined);
  return own ?? (await readFile(join(folder, '.dockerignore'), 'utf8').catch(() => ''));
}

function namedValues(option: string, texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new RefusedError(`${option} ${text}: the laptop's docker wants NAME=VALUE.`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
