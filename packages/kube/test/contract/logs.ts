import { describe, expect, it, vi } from 'vitest';
import { fields, list } from '../../src/fields.ts';
import { createClusterReader } from '../../src/index.ts';
import { listPath } from '../../src/objects/kinds.ts';
import { readPod } from '../../src/objects/pod.ts';
import { deployment } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';
import { loggingImage } from './harness.ts';

/** For clusters with a kubelet that keeps logs. */
export function logs(harness: () => Harness): void {
  describe('logs', () => {
    it('reads the last log lines of a crashed container', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      await create(ns, deployment('web', { image: loggingImage }));
      const pod = await vi.waitUntil(async () => {
        const answer = fields(await http.request({ path: listPath('v1', 'pods', ns) }));
        const pods = list(answer.items).flatMap((item) => readPod(item) ?? []);
        return pods.find(({ containers }) => containers.some(({ lastTerminated }) => lastTerminated !== undefined));
      }, soon);

      const log = await createClusterReader(http).readLog(pod, 'app', 5);

      expect(log.trimEnd().split('\n')).toEqual(['five', 'six', 'seven', 'eight', 'nine']);
    });
  });
}
