import type { RunningIngress } from '@keelson/laptop';
import { until } from '../until.ts';
import type { Branch } from './push.ts';
import { servedAt } from './served.ts';

const patienceMs = 60_000;

/** The Services behind the Ingresses of the two environments in apps/myapp, and how many pods each has. */
const services = {
  main: { service: 'myapp/myapp', replicas: 2 },
  staging: { service: 'myapp/myapp-staging', replicas: 1 },
} as const;

/**
 * Waits until every pod of both environments responds. Returns the environments' addresses.
 *
 * @throws Error when that takes longer than a minute
 */
export async function untilServed(ingress: RunningIngress): Promise<Readonly<Record<Branch, string>>> {
  return { main: await oneServed(ingress, 'main'), staging: await oneServed(ingress, 'staging') };
}

async function oneServed(ingress: RunningIngress, branch: Branch): Promise<string> {
  const { service, replicas } = services[branch];
  let last = 'no Ingress routes to it';
  const url = await until(async () => {
    const route = ingress.routes.find((each) => each.service === service);
    if (route === undefined) return undefined;
    const answers = await servedAt(route.url).catch((error: unknown) => String(error));
    if (typeof answers !== 'string' && new Set(answers.map(({ pod }) => pod)).size === replicas) return route.url;
    last = typeof answers === 'string' ? answers : `not all of its ${replicas} pods respond`;
    return undefined;
  }, patienceMs);
  if (url === undefined) throw new Error(`${service} was not served within ${patienceMs / 1_000} s: ${last}.`);
  return url;
}
