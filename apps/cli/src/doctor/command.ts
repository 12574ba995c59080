import { readConfig } from '@keelson/config';
import { Command } from 'commander';
import { standardOutput } from '../output.ts';
import { doctor } from './doctor.ts';

interface Flags {
  readonly json?: boolean;
  readonly namespace: string;
}

/** The command `keelson doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'say what is missing for Keelson to work here: cluster, Deployments, Secrets, Redis, admission policy, mirrors, Flux',
    )
    .argument('[path]', 'a repository whose manifests name the Secrets that are needed, and the command for each', '.')
    .option('--namespace <name>', "Keelson's namespace in the cluster", 'keelson')
    .option('--json', 'print one JSON document; docs/lint.md describes it')
    .action(async (path: string, { json = false, namespace }: Flags) => {
      const { redisUrl, redisCa, registries } = readConfig();
      const options = {
        path,
        namespace,
        json,
        ...(redisUrl !== undefined && { redisUrl }),
        ...(redisCa !== undefined && { redisCa }),
        ...(registries !== undefined && { registries }),
      };
      process.exitCode = await doctor(options, standardOutput());
    });
}
