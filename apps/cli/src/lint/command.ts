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

/** The command `keelson lint`. Exit code 1 means that something was found. */
export function lintCommand(): Command {
  return new Command('lint')
    .description(
      'say what would keep a push from being rolled out: in the manifests and the pipeline of a repository, or in a cluster',
    )
    .argument('[path]', 'the root of a repository', '.')
    .option('--cluster', 'lint the cluster of KUBECONFIG, or the one it runs in, instead; reads only')
    .option('--json', 'print one JSON document; docs/lint.md describes it')
    .option(
      '--for <who>',
      'keel: what Keel reads differently is a warning; keelson: it is left out (repeatable)',
      reader,
      [],
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 at findings of this severity or worse')
        .choices(severities)
        .default('error'),
    )
    .addOption(
      new Option('--level <severity>', 'print findings of this severity or worse').choices(severities).default('info'),
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
  throw new InvalidArgumentError('Allowed choices are keel, keelson.');
}
