import { readFile } from 'node:fs/promises';
import type { DemoEnvironment } from './environment.ts';
import { reconcile } from './flux.ts';
import type { Branch } from './push.ts';
import { branches } from './push.ts';
import type { Screen } from './screen.ts';
import { app } from './source.ts';
import { untilServed } from './until-served.ts';

const policy = new URL('../../../../infrastructure/keelson-pin/policy.yaml', import.meta.url);

/** Builds both branches once, and has Flux apply the app until it is served: Keelson starts after that. Returns the pages' addresses. */
export async function bringUp(environment: DemoEnvironment, screen: Screen): Promise<Readonly<Record<Branch, string>>> {
  screen.heading('CI builds both branches for the first time, and Flux applies apps/myapp');
  for (const branch of branches) {
    const state = await environment.forge.build(branch);
    if (state !== 'passed') throw new Error(`The first pipeline of ${branch} ${state}: see above.`);
  }
  environment.cluster.apply(await readFile(policy, 'utf8'));
  await environment.flux.bootstrap(app);
  await reconcile(environment, screen);
  const pages = await untilServed(environment.ingress);
  screen.line('page', 'production', pages.main);
  screen.line('page', 'staging', pages.staging);
  return pages;
}
