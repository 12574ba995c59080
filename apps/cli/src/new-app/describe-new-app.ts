import { fluxFilePath } from './flux-entry.ts';
import type { NewApp } from './new-app.ts';

/** What was written and what is left to do, for people. */
export function describeNewApp({ name, host, written }: NewApp): string {
  return `${[
    ...written.map((path) => `  new      ${path}`),
    `  changed  ${fluxFilePath}`,
    '',
    `${name} is served at ${host}, its staging at dev.${host}. Next:`,
    `  1. make it yours: apps/${name}/app (its tests: npm test in there), hosts and resources in production.yaml and staging.yaml`,
    `  2. git switch -c staging, or a branch of your own; git add apps/${name} ${fluxFilePath}; git commit; git push`,
    `     CI builds :dev-staging from the branch staging, and :latest from main. Flux applies what is on main.`,
    `  3. watch it start: kubectl -n ${name} get pods`,
    `Add it by hand to other clusters, to infrastructure/keelson-flux/role.yaml where the admission policy is not, and to Keelson's rights`,
    `where they are limited to namespaces: docs/clusters.md.`,
  ].join('\n')}\n`;
}
