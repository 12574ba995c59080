import { readFile } from 'node:fs/promises';
import { reconcile } from './flux.ts';
import type { Place } from './place.ts';
import type { Branch } from './push.ts';
import { BRANCHES } from './push.ts';
import type { Screen } from './screen.ts';
import { APP } from './source.ts';
import { untilServed } from './until-served.ts';

const POLICY = new URL('../../../../infrastructure/keelson-pin/policy.yaml', import.meta.url);

/** What is there before Keelson is: both branches built once, and what git says running and served. Returns the pages' addresses. */
export async function bringUp(place: Place, screen: Screen): Promise<Readonly<Record<Branch, string>>> {
  screen.heading('CI builds both branches for the first time, and Flux applies apps/myapp');
  for (const branch of BRANCHES) {
    const state = await place.forge.build(branch);
    if (state !== 'passed') throw new Error(`The first pipeline of ${branch} ${state}: see above.`);
  }
  place.cluster.apply(await readFile(POLICY, 'utf8'));
  await place.flux.bootstrap(APP);
  await reconcile(place, screen);
  const pages = await untilServed(place.ingress);
  screen.line('page', 'production', pages.main);
  screen.line('page', 'staging', pages.staging);
  return pages;
}
