import { readConfig } from '@keelson/config';
import { Command } from 'commander';
import { standardOutput } from '../output.ts';
import { doctor } from './doctor.ts';

interface Flags {
  readonly json?: boolean;
  readonly namespace: string;
}

/** `keelson doctor`, as it is called. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'say what is missing for Keelson to work here: cluster, Deployments, Secrets, Redis, admission policy, Flux',
    )
    .argument('[path]', 'a repository whose manifests tell which Secrets are needed, and how each is made', '.')
    .option('--namespace <name>', 'where Keelson lives in the cluster', 'keelson')
    .option('--json', 'one JSON document, of the shape that docs/lint.md tells')
    .action(async (path: string, { json = false, namespace }: Flags) => {
      const { redisUrl } = readConfig();
      const options = { path, namespace, json, ...(redisUrl !== undefined && { redisUrl }) };
      process.exitCode = await doctor(options, standardOutput());
    });
}
