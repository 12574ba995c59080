import { bounds } from '@keelson/core';
import { numbered } from '../attacks/attacker.ts';
import type { Feed, Run } from './feed.ts';
import { tenfold } from './feed.ts';

/** A workload with these annotations. */
const annotated =
  (annotations: Readonly<Record<string, string>>): Run =>
  async ({ push, deploy, known }, name) => {
    await push(name);
    await deploy(name, { annotations });
    await known(name);
  };

const savedState = (state: object) =>
  annotated({ 'keelson.sh/state': JSON.stringify({ digests: {}, quarantine: [], ...state }) });

const unknownKeys = (count: number, text: string) =>
  Object.fromEntries(numbered(`keelson.sh/${text}`, count).map((key) => [key, '']));

const pattern = (text: string) => annotated({ 'keelson.sh/containers': text });
const patternTest = { heldBy: 'packages/policy/src/kept.test.ts' };

/** A container has a name of its own, and an image of ten times of the longest tag. */
const manyContainers: Run = async ({ push, deploy, patch, known, image }, name) => {
  await push(name);
  await deploy(name);
  const containers = numbered('container', tenfold * bounds.containersKept).map((each) => ({
    name: each,
    image: image(name),
  }));
  await patch(name, { spec: { template: { spec: { containers } } } });
  await known(name);
};

/** A controller's status, as whoever may write it would. */
const status =
  (conditions: number, text: string): Run =>
  async ({ kube, namespace, push, deploy, known, checkedAgain }, name) => {
    await push(name);
    await deploy(name);
    await known(name);
    await kube.request({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/status`,
      contentType: 'application/merge-patch+json',
      body: {
        status: {
          conditions: numbered('Odd', conditions).map((type) => ({
            type,
            status: 'True',
            reason: 'Odd',
            message: text,
          })),
        },
      },
    });
    await checkedAgain(name);
  };

const foreign = (count: number, text: string) =>
  annotated(Object.fromEntries(numbered('example.com/key', count).map((key) => [key, text])));

export const ofAnnotations = {
  patternChars: pattern('a'.repeat(tenfold * bounds.patternChars)),
  patternSteps: pattern('(.?){1000}'.repeat((tenfold * bounds.patternSteps) / 1_000)),
  patternTextChars: async ({ deploy, known, image }, name) => {
    const tag = 't'.repeat(tenfold * bounds.patternTextChars);
    await deploy(name, { image: image(name).replace('latest', tag), annotations: { 'keelson.sh/policy': 'glob:t*' } });
    await known(name);
  },
  patternsKept: patternTest,
  patternStepsKept: patternTest,
  patternBytes: patternTest,
  scheduleChars: annotated({ 'keel.sh/poll-schedule': '* '.repeat((tenfold * bounds.scheduleChars) / 2) }),
  schedulesKept: { heldBy: 'packages/policy/src/kept.test.ts' },
  namespaceChecksPerSecond: { heldBy: 'apps/worker/src/registry-access/paced-schedule.test.ts' },
  containers: manyContainers,
  containersKept: manyContainers,
  imageChars: async ({ deploy, known, image }, name) => {
    await deploy(name, { image: image(name).replace('latest', 't'.repeat(tenfold * bounds.imageChars)) });
    await known(name);
  },
  annotationChars: annotated({ 'keelson.sh/policy': 'x'.repeat(tenfold * bounds.annotationChars) }),
  foreignKeys: foreign(tenfold * bounds.foreignKeys, ''),
  foreignChars: foreign(1, 'x'.repeat(tenfold * bounds.foreignChars)),
  otherKeys: annotated(unknownKeys(tenfold * bounds.otherKeys, 'x')),
  conditions: status(tenfold * bounds.conditions, ''),
  statusChars: status(1, 'x'.repeat(tenfold * bounds.statusChars)),
  writersKept: { heldBy: 'packages/kube/src/objects/kept.test.ts' },
  digestRecords: { heldBy: 'packages/history/src/workloads/kept.test.ts' },
  messageChars: annotated({ 'keel.sh/policy': 'x'.repeat(tenfold * bounds.messageChars) }),
  warnings: annotated(unknownKeys(tenfold * bounds.warnings, 'x')),
  // The longest that Kubernetes allows, ten times.
  warningKeyChars: annotated(unknownKeys(tenfold, 'x'.repeat(50))),
  latestTime: savedState({ hold: { code: 'paused', message: '', at: tenfold * bounds.latestTime } }),
  stateChars: savedState({ hold: { code: 'paused', message: 'x'.repeat(tenfold * bounds.stateChars), at: 1 } }),
  leftOwners: savedState({ leftOwners: numbered('owner', tenfold * bounds.leftOwners) }),
  pullSecrets: async ({ push, deploy, checked }, name) => {
    await push(name);
    await deploy(name, { imagePullSecrets: numbered(name, tenfold * bounds.pullSecrets) });
    await checked(name);
  },
  pullSecretBytes: async ({ kube, namespace, push, deploy, checked }, name) => {
    const hosts = numbered('registry', (tenfold * bounds.pullSecretBytes) / 64);
    const auths = Object.fromEntries(hosts.map((host) => [`${host}.test`, { auth: 'bWFsbG9yeTptYWxsb3J5' }]));
    await kube.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/secrets`,
      body: {
        metadata: { name },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
      },
    });
    await push(name);
    await deploy(name, { imagePullSecrets: [name] });
    await checked(name);
  },
  secretsKept: { heldBy: 'apps/worker/src/registry-access/read-once.test.ts' },
  ownersKept: { heldBy: 'packages/kube/src/owner/owner-proofs.test.ts' },
} as const satisfies Readonly<Record<string, Feed>>;
