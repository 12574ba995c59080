import type { Reader, Severity } from '@keelson/lint';
import { severities } from '@keelson/lint';
import { Command, InvalidArgumentError, Option } from 'commander';
import { standardOutput } from '../output.ts';
import { lint } from './lint.ts';

interface Flags {
  readonly cluster?: boolean;
  readonly json?: boolean;
  readonly for: readonly Reader[];
  readonly failOn: Severity;
  readonly level: Severity;
  readonly ignore: readonly string[];
  readonly registryImage?: string;
}

/** `keelson lint`, as it is called. A wrong call ends with 2: 1 means that something was found. */
export function lintCommand(): Command {
  return new Command('lint')
    .description(
      'say what would keep a push from arriving: in the manifests and the pipeline of a repository, or in a cluster',
    )
    .argument('[path]', 'the root of a repository', '.')
    .option('--cluster', 'look at the cluster of KUBECONFIG, or the one it runs in, instead; reads only')
    .option('--json', 'one JSON document, of the shape that docs/lint.md tells')
    .option(
      '--for <who>',
      'keel: what Keel reads otherwise is a warning; keelson: it is left out (repeatable)',
      reader,
      [],
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 at findings as bad as this, or worse')
        .choices(severities)
        .default('error'),
    )
    .addOption(
      new Option('--level <severity>', 'show findings as bad as this, or worse').choices(severities).default('info'),
    )
    .option('--ignore <path>', 'leave out a file, a folder or a glob below the path (repeatable)', collect, [])
    .option('--registry-image <path>', "the project's path at its registry, where $CI_REGISTRY_IMAGE is used in CI")
    .action(async (path: string, flags: Flags) => {
      const { cluster = false, json = false, for: readers, failOn, level, ignore, registryImage } = flags;
      const options = { path, cluster, json, readers, failOn, level, ignore, ...(registryImage && { registryImage }) };
      process.exitCode = await lint(options, standardOutput());
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function reader(value: string, before: readonly Reader[]): readonly Reader[] {
  if (value === 'keel' || value === 'keelson') return [...before, value];
  throw new InvalidArgumentError('It is keel or keelson.');
}
