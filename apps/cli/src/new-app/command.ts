import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { standardOutput } from '../output.ts';
import { describeNewApp } from './describe-new-app.ts';
import { newApp } from './new-app.ts';

const here = fileURLToPath(new URL('../../../../', import.meta.url));

interface Flags {
  readonly host?: string;
  readonly in: string;
}

/** The command `keelson new-app`. */
export function newAppCommand(): Command {
  return new Command('new-app')
    .description('write a new app into apps/, a copy of apps/myapp: built by CI, applied by Flux, followed by Keelson')
    .argument('<name>', 'the name of its folder, image, namespace, Deployment, Service and Flux Kustomization')
    .option('--host <host>', 'the host of production; staging is served at dev.HOST (default: NAME.com)')
    .option('--in <folder>', 'the repository to write into', here)
    .action(async (name: string, { host = `${name}.com`, in: root }: Flags) => {
      standardOutput().write(describeNewApp(await newApp(root, { name, host })));
    });
}
