import { bounds } from '@keelson/core';
import type { Attacker } from '../attacks/attacker.ts';
import { numbered } from '../attacks/attacker.ts';
import type { Feed, Run } from './feed.ts';
import { tenfold } from './feed.ts';

/** Sends it and reads the answer, whatever that is: a connection that is closed is an answer too. */
async function send(url: string, init: RequestInit): Promise<void> {
  const answer = await fetch(url, init).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
}

const notify = ({ api }: Attacker, body: string) => send(`${api}/webhooks/registry`, { method: 'POST', body });

const eventsOf = (repositories: readonly string[]) =>
  JSON.stringify({
    events: repositories.map((repository) => ({ action: 'push', target: { repository, tag: 'latest' } })),
  });

const names: Run = (attacker, name) =>
  notify(attacker, eventsOf(numbered(`${name}/app`, tenfold * bounds.namesAtOnce)));

const manyNotifications: Run = async (attacker, name) => {
  const bodies = numbered(name, tenfold * bounds.openNotifications).map((each) =>
    eventsOf(numbered(`${each}/app`, bounds.namesAtOnce)),
  );
  await Promise.all(bodies.map((body) => notify(attacker, body)));
};

const manyRequests: Run = async ({ api }) => {
  const requests = Array.from({ length: tenfold * bounds.openRequests }, () => send(`${api}/api/v1/workloads`, {}));
  await Promise.all(requests);
};

const manyStreams: Run = async ({ api }) => {
  const ending = new AbortController();
  const streams = Array.from({ length: tenfold * bounds.eventStreamsOfSender }, async () => {
    const answer = await fetch(`${api}/api/v1/events`, { signal: ending.signal }).catch(() => undefined);
    return answer?.body?.cancel();
  });
  await Promise.all(streams);
  ending.abort();
};

export const ofRequests = {
  notificationBytes: (attacker) => notify(attacker, 'x'.repeat(tenfold * bounds.notificationBytes)),
  requestBytes: ({ api, id }, name) =>
    send(`${api}/api/v1/workloads/${id(name)}/hold`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'x'.repeat(tenfold * bounds.requestBytes) }),
    }),
  notificationEvents: (attacker, name) =>
    notify(attacker, eventsOf(numbered(name, tenfold * bounds.notificationEvents).map((each) => each.slice(-20)))),
  namesPerSecond: names,
  namesAtOnce: names,
  bytesPerName: names,
  checksPerName: names,
  openNotifications: manyNotifications,
  openNotificationsOfSender: manyNotifications,
  notificationsAtWork: manyNotifications,
  openRequests: manyRequests,
  openRequestsOfSender: manyRequests,
  listsAtWork: manyRequests,
  actionsPerSecond: { heldBy: 'apps/api/src/limits/shares.test.ts' },
  actionsAtOnce: { heldBy: 'apps/api/src/limits/shares.test.ts' },
  eventStreams: manyStreams,
  eventStreamsOfSender: manyStreams,
  requestsOfConnection: { heldBy: 'apps/api/src/serve/limit-pipelined.test.ts' },
  registriesChars: { heldBy: 'packages/registry/src/registries-file/read-registries.test.ts' },
  kubeAnswerBytes: { heldBy: 'packages/kube/src/watch/reflect.test.ts' },
  namespacesOfToken: { heldBy: 'apps/api/src/auth/tokens/parse-tokens.test.ts' },
} as const satisfies Readonly<Record<string, Feed>>;
