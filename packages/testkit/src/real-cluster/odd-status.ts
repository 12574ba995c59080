import { Agent, request } from 'undici';
import { z } from 'zod';
import type { ControlPlane } from './tools.ts';

const podSchema = z.looseObject({
  metadata: z.looseObject({ namespace: z.string(), name: z.string(), uid: z.string() }),
});

interface Odd {
  readonly container: string;
  readonly image: string;
  readonly imageID?: string;
}

const base = { ready: false, started: false, restartCount: 0, imageID: '' };

/** The statuses that the tools' kubelet has no word for, as a real kubelet reports them. */
const statuses = {
  oom: ({ container, image, imageID = '' }: Odd) => ({
    ...base,
    name: container,
    image,
    imageID,
    restartCount: 3,
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: `back-off 40s restarting failed container=${container}`,
      },
    },
  }),
  'config-error': ({ container, image }: Odd) => ({
    ...base,
    name: container,
    image,
    state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "settings" not found' } },
  }),
};

/** Writes the status of a pod of one container by hand. The pod may be gone by then. */
export async function writeOddStatus(
  plane: ControlPlane,
  pod: unknown,
  outcome: keyof typeof statuses,
  odd: Odd,
): Promise<void> {
  const { namespace, name, uid } = podSchema.parse(pod).metadata;
  const dispatcher = new Agent({ allowH2: false, connect: { ca: plane.ca } });
  try {
    const answer = await request(`${plane.server}/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      dispatcher,
      method: 'PATCH',
      headers: { authorization: `Bearer ${plane.token}`, 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({
        metadata: { uid },
        status: { phase: outcome === 'oom' ? 'Running' : 'Pending', containerStatuses: [statuses[outcome](odd)] },
      }),
    });
    await answer.body.dump();
  } finally {
    await dispatcher.close();
  }
}
