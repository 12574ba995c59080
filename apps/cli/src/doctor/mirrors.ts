import { readFile } from 'node:fs/promises';
import type { KubeHttp } from '@keelson/kube';
import { getIfThere } from '@keelson/kube';
import type { Subject } from '@keelson/lint';
import { RegistryError, readRegistries } from '@keelson/registry';
import { z } from 'zod';
import { probe } from './probe.ts';
import type { Line } from './schema.ts';

const code = 'mirrors';
const named = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
    }),
  ),
});

/** K3s sets it on nodes that share images with each other (docs.k3s.io, Embedded Registry Mirror). */
const embedded = 'p2p.k3s.cattle.io/enabled';
const most = 5;

const stale =
  'so a node may start an older image of a tag than the registry has. Keelson notices that and writes the digest into the image, which restarts pods once more';
const remedy =
  'Install infrastructure/keelson-pin: then pods name the digest itself, which no mirror can answer with another image.';

/** What stands between nodes and registries, and may answer a tag with the digest that it saw first: images are pulled by tag where no policy pins pods. */
export async function mirrors(
  http: KubeHttp,
  { workloads }: Pick<Subject, 'workloads'>,
  { registries, hasPolicy }: { readonly registries?: string | undefined; readonly hasPolicy: boolean },
): Promise<readonly Line[]> {
  if (hasPolicy) return [];
  const note = (message: string): Line => ({ code, status: 'note', message: `${message}, ${stale}.`, remedy });
  const inCluster = await probe(code, async () => {
    const nodes = named.parse((await getIfThere(http, '/api/v1/nodes')) ?? { items: [] }).items;
    const sharing = nodes.filter(({ metadata }) => metadata.labels[embedded] === 'true');
    return sharing.length === 0
      ? []
      : [note(`K3s' embedded registry is on at ${namesOf(sharing)} (label ${embedded}), for every tag but latest`)];
  });
  const spegel = workloads.filter(
    ({ object: { kind, name, namespace } }) => kind === 'DaemonSet' && [name, namespace].includes('spegel'),
  );
  return [
    ...inCluster,
    ...spegel.map(({ object }) =>
      note(`DaemonSet ${object.namespace}/${object.name} shares images between nodes, by tag too`),
    ),
    ...(registries === undefined ? [] : await inFile(registries, workloads, note)),
  ];
}

async function inFile(
  path: string,
  workloads: Subject['workloads'],
  note: (message: string) => Line,
): Promise<readonly Line[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const config = read(text);
  if (config === undefined) {
    const message = `KEELSON_REGISTRIES names ${path}, which cannot be read.`;
    return [
      {
        code,
        status: 'unseen',
        message,
        remedy: 'Name a file that can be read; the worker says what is wrong with it.',
      },
    ];
  }
  const hosts = workloads
    .filter(({ followed }) => followed)
    .flatMap(({ containers }) => containers.flatMap(({ reference }) => reference?.host ?? []));
  return [...new Set(hosts)]
    .filter((host) => (config.mirrors[host] ?? config.mirrors['*'])?.endpoints.length)
    .map((host) => note(`${path} has a mirror before ${host}`));
}

function read(text: string | undefined) {
  try {
    return text === undefined ? undefined : readRegistries(text);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

function namesOf(nodes: readonly { readonly metadata: { readonly name: string } }[]): string {
  const names = nodes.slice(0, most).map(({ metadata }) => metadata.name);
  const more = nodes.length > most ? ` and ${nodes.length - most} more` : '';
  return `${nodes.length === 1 ? 'node' : 'nodes'} ${names.join(', ')}${more}`;
}
