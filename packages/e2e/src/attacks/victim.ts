import { randomBytes } from 'node:crypto';
import { isUnderWay } from '@keelson/history';
import { pushImage } from '@keelson/simulator';
import { exampleAnnotations } from '../manifests.ts';
import { otherHosts } from '../test-env.ts';
import type { TestNamespace } from '../test-namespace.ts';

export const victimApp = 'web';
/** What each image of the victim says of itself. */
export const revision = 'c0ffee';

/** An image that nobody has built before. */
const build = () => ({
  labels: { 'org.opencontainers.image.revision': revision, build: randomBytes(6).toString('hex') },
});

/** A Deployment whose image, in a registry that gives everybody tokens, is not the attacker's. */
export async function openVictim(ns: TestNamespace) {
  const registry = ns.env.otherRegistries.bearer;
  const repository = `${ns.name}/${victimApp}`;
  const image = `${otherHosts.bearer}/${repository}:latest`;
  let next = build();
  const push = async (): Promise<string> => {
    const { digest } = await pushImage(registry, repository, 'latest', next);
    next = build();
    return digest;
  };
  await push();
  await ns.deploy({ name: victimApp, image, annotations: exampleAnnotations });
  await ns.available(victimApp);
  return {
    image,
    push,
    /** What is pushed next: who builds it for everybody may have it before. */
    nextImage: () => next,

    /** What its registry sends after a push; as registries do, up to three times. Returns whether it was taken. */
    notify: async (api: string): Promise<boolean> => {
      const target = { repository, tag: 'latest' };
      const body = JSON.stringify({ events: [{ action: 'push', target, request: { host: otherHosts.bearer } }] });
      const headers = { 'content-type': 'application/vnd.docker.distribution.events.v1+json' };
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const answer = await fetch(`${api}/webhooks/registry`, { method: 'POST', headers, body }).catch(
          () => undefined,
        );
        await answer?.arrayBuffer();
        if (answer?.ok) return true;
      }
      return false;
    },

    /** Everything that is kept, written and shown of it, as text. */
    seen: async (api: string): Promise<string> => {
      const path = `/api/v1/workloads/${ns.name}/deployment/${victimApp}`;
      const pages = [path, `${path}/history`, `/api/v1/workloads?namespace=${ns.name}`];
      const answers = await Promise.all(pages.map(async (page) => (await fetch(`${api}${page}`)).text()));
      const kept = [await ns.history.workload(ns.id(victimApp)), await ns.rollouts(victimApp)];
      return [...answers, JSON.stringify(kept), JSON.stringify(await ns.read(victimApp))].join('\n');
    },

    /** No rollout of it is under way. */
    isQuiet: async (): Promise<boolean> => (await ns.rollouts(victimApp)).every(({ state }) => !isUnderWay(state)),
  };
}

export type Victim = Awaited<ReturnType<typeof openVictim>>;
