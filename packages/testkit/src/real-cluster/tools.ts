import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A started control plane, as the tools return it. */
export interface ControlPlane {
  readonly server: string;
  readonly token: string;
  readonly ca: string;
  /** Path of a file. */
  readonly kubeconfig: string;
  readonly etcd: string;
  stop(): Promise<unknown>;
}

export interface KubeTools {
  startKube(options: {
    readonly assets: string;
    readonly watchPid: number;
    readonly apiserverArgs: readonly string[];
    /** Where its files go. @default a new folder */
    readonly dir?: string;
    /** `false`: none. @default those that workloads need */
    readonly controllers?: false;
  }): Promise<ControlPlane>;
}

const binaries = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;

function toolsFolder(): string {
  const repository = fileURLToPath(new URL('../../../../', import.meta.url));
  return process.env.KEELSON_KUBE_TOOLS ?? join(repository, '..', 'shared', 'tools', 'kube-assets');
}

/** The version of Kubernetes: the newest, or 1.35, where MutatingAdmissionPolicy is off by default. */
export type Assets = 'newest' | 'plain';

/** Beside the newest: the tools keep each version in a folder of its name. */
function plainBeside(newest: string | undefined): string | undefined {
  const cache = newest === undefined ? undefined : dirname(newest);
  if (cache === undefined || !existsSync(cache)) return undefined;
  const versions = readdirSync(cache).filter(
    (name) => /^v1\.35\.\d+$/.test(name) && statSync(join(cache, name)).isDirectory(),
  );
  const [found] = versions.toSorted();
  return found === undefined ? undefined : join(cache, found);
}

const places = {
  newest: {
    folder: () => process.env.KUBEBUILDER_ASSETS,
    unset: 'KUBEBUILDER_ASSETS is not set; set it to the folder with etcd, kube-apiserver and kube-controller-manager.',
    name: 'KUBEBUILDER_ASSETS',
  },
  plain: {
    folder: () => process.env.KEELSON_KUBE_PLAIN_ASSETS ?? plainBeside(process.env.KUBEBUILDER_ASSETS),
    unset: 'There is no Kubernetes 1.35 beside KUBEBUILDER_ASSETS; set KEELSON_KUBE_PLAIN_ASSETS to its folder.',
    name: 'The folder with Kubernetes 1.35 (KEELSON_KUBE_PLAIN_ASSETS)',
  },
} as const;

/** Where the tools and binaries are, or why there is no real cluster. */
export function findTools(which: Assets): { readonly folder: string; readonly assets: string } | string {
  const folder = toolsFolder();
  if (!existsSync(join(folder, 'kube.mjs'))) {
    return 'The tools that start a real API server are not there; set KEELSON_KUBE_TOOLS to their folder.';
  }
  const place = places[which];
  const assets = place.folder();
  const missing = assets === undefined ? undefined : binaries.filter((name) => !existsSync(join(assets, name)));
  if (assets !== undefined && missing?.length === 0) return { folder, assets };
  const why = missing === undefined ? place.unset : `${place.name} has no ${missing.join(', ')}.`;
  // With the tools at hand, a continuous build that skipped these tests would look like one that passed them.
  if (process.env.CI) throw new Error(why);
  return why;
}

function isTools(value: unknown): value is KubeTools {
  return typeof value === 'object' && value !== null && 'startKube' in value && typeof value.startKube === 'function';
}

/** Loads the tools from their folder. */
export async function loadTools(folder: string): Promise<KubeTools> {
  const tools: unknown = await import(pathToFileURL(join(folder, 'kube.mjs')).href);
  if (isTools(tools)) return tools;
  throw new Error(`${folder}/kube.mjs has no startKube.`);
}
