import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { documentsIn, root } from './files.ts';
import type { KubeObject } from './object.ts';
import { object } from './object.ts';

const script = 'PATH="$KUBEBUILDER_ASSETS:$PATH" exec kubectl "$@"';

/** Runs kubectl, that of KUBEBUILDER_ASSETS or else the one on PATH, in the repository's folder. Rejects with what it wrote on stderr. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const run = promisify(execFile)('sh', ['-c', script, 'kubectl', ...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  run.child.stdin?.end(input);
  return (await run).stdout;
}

const builds = new Map<string, Promise<KubeObject[]>>();

/** What `build` makes of something; the second time that it is asked for, what it was the first time. */
export function buildOnce(what: string, build: () => Promise<KubeObject[]>): Promise<KubeObject[]> {
  const built = builds.get(what) ?? build();
  builds.set(what, built);
  return built;
}

/** What a folder comes to, as `kubectl kustomize` builds it. */
export function kustomize(folder: string): Promise<KubeObject[]> {
  return buildOnce(folder, async () =>
    documentsIn(await kubectl(['kustomize', folder]), folder).map((each) => object.parse(each)),
  );
}

let missing: Promise<string | undefined> | undefined;

/** Why there is no kubectl to test with, in a sentence; undefined when there is one. */
export function kubectlMissing(): Promise<string | undefined> {
  missing ??= kubectl(['version', '--client']).then(
    () => undefined,
    () => 'kubectl is neither in KUBEBUILDER_ASSETS nor on PATH.',
  );
  return missing;
}
