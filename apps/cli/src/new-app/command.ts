import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { standardOutput } from '../output.ts';
import { newApp } from './new-app.ts';
import { tellNewApp } from './tell-new-app.ts';

const HERE = fileURLToPath(new URL('../../../../', import.meta.url));

interface Flags {
  readonly host?: string;
  readonly in: string;
}

/** `keelson new-app`, as it is called. */
export function newAppCommand(): Command {
  return new Command('new-app')
    .description('write a new app into apps/, a copy of apps/myapp: built by CI, applied by Flux, followed by Keelson')
    .argument('<name>', 'what it is called: its folder, image, namespace, Deployment, Service and Flux Kustomization')
    .option('--host <host>', 'where production is served, and staging at dev. and this (default: NAME.com)')
    .option('--in <folder>', 'the repository to write into', HERE)
    .action(async (name: string, { host = `${name}.com`, in: root }: Flags) => {
      standardOutput().write(tellNewApp(await newApp(root, { name, host })));
    });
}
