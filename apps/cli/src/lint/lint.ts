import type { KubeHttp } from '@keelson/kube';
import { connect } from '@keelson/kube';
import type { Reader, ReadResult, Severity } from '@keelson/lint';
import { atLeast, LintError, makeReport, readCluster, readRepository } from '@keelson/lint';
import type { Output } from '../output.ts';
import { printReport } from './print-report.ts';

export interface LintOptions {
  /** The root of a repository. */
  readonly path: string;
  /** Lint the cluster instead. */
  readonly cluster: boolean;
  readonly json: boolean;
  readonly readers: readonly Reader[];
  /** Findings of this severity or worse make the exit code 1. */
  readonly failOn: Severity;
  /** Findings less severe than this are counted but not printed; `--json` prints all. */
  readonly level: Severity;
  readonly ignore: readonly string[];
  readonly registryImage?: string;
}

/**
 * `keelson lint`: prints what would keep a push from being rolled out. Returns the exit code: 0 or 1.
 *
 * @throws LintError, KubeError when it could not be run
 */
export async function lint(
  { path, cluster, json, readers, failOn, level, ignore, registryImage }: LintOptions,
  output: Output,
  toCluster: () => Promise<KubeHttp> = () => connect({ userAgent: 'keelson-lint' }),
): Promise<0 | 1> {
  const { name, read } = cluster
    ? await lintedCluster(toCluster)
    : { name: path, read: await readRepository(path, { ignore }) };
  if (!cluster && read.subject.objects.length === 0 && read.findings.length === 0) {
    throw new LintError(`${path} contains no manifests of Kubernetes: name the root of a repository that does.`);
  }
  const report = makeReport(name, read, { readers, ...(registryImage && { registryImage }) });
  if (json) output.writeJson(report);
  else printReport(report, { level, output });
  return report.findings.some(({ severity }) => atLeast(severity, failOn)) ? 1 : 0;
}

async function lintedCluster(
  toCluster: () => Promise<KubeHttp>,
): Promise<{ readonly name: string; readonly read: ReadResult }> {
  const http = await toCluster();
  try {
    return { name: http.server, read: await readCluster(http) };
  } finally {
    await http.close();
  }
}
