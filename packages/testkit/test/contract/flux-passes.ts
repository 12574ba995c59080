import type { Flux, FluxOptions } from '@keelson/simulator';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

/** A Kustomization with one Deployment of image `reg/ops/myapp:latest`, and what others do to both. */
interface Subject {
  readonly flux: () => Flux;
  readonly name: () => string;
  readonly start: () => Promise<void>;
  readonly setSpec: (spec: Record<string, unknown>) => Promise<unknown>;
  readonly write: (image: string) => Promise<unknown>;
  readonly request: (value: string) => Promise<unknown>;
  readonly image: () => Promise<string | undefined>;
  readonly read: () => Promise<unknown>;
  /** Another controller over the same Kustomization, in whose git the Deployment has this in its spec too. */
  readonly restart: (options: FluxOptions, spec?: object) => Promise<Flux>;
}

const good = `sha256:${'ab'.repeat(32)}`;
const plain = 'reg/ops/myapp:latest';
const pinned = `${plain}@${good}`;
const entry = { images: [{ name: plain, newTag: 'latest', digest: good }] };

const kustomization = z.object({
  metadata: z.object({ generation: z.number() }),
  status: z.object({
    observedGeneration: z.number().optional(),
    lastHandledReconcileAt: z.string().optional(),
    conditions: z.array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string(),
        message: z.string(),
        observedGeneration: z.number(),
      }),
    ),
  }),
});

/** What the real controller does over time: the table of which field proves that a pass carried an entry. */
export function fluxPasses({ flux, name, read, ...subject }: Subject): void {
  const { start, setSpec, write, request, image, restart } = subject;
  async function said() {
    const { metadata, status } = kustomization.parse(await read());
    const ready = status.conditions.find(({ type }) => type === 'Ready');
    const running = status.conditions.find(({ type }) => type === 'Reconciling');
    return {
      generation: metadata.generation,
      observed: status.observedGeneration,
      handled: status.lastHandledReconcileAt,
      reason: ready?.reason,
      conditionAt: ready?.observedGeneration,
      running: running?.message,
    };
  }

  describe('a pass that is not atomic', () => {
    it('a pass applies what it read at its start, over an entry and an image that were written meanwhile', async () => {
      await start();
      const before = await said();
      await request('before');
      const pass = await flux().begin(name());
      await setSpec(entry);
      await request('ours');
      await write(pinned);

      expect((await pass.end()).objects).toMatchObject({ [`Deployment/${name()}/myapp`]: 'configured' });

      expect(await image()).toBe(plain);
      expect(await said(), 'its conditions have the generation that it never read').toEqual({
        generation: before.generation + 1,
        observed: before.generation,
        handled: 'before',
        reason: 'ReconciliationSucceeded',
        conditionAt: before.generation + 1,
        running: undefined,
      });
      await flux().reconcile(name());
      expect(await image()).toBe(pinned);
      expect(await said()).toMatchObject({ observed: before.generation + 1, handled: 'ours' });
    });

    it('a pass that has applied changes nothing more until its end', async () => {
      await start();
      const pass = await flux().begin(name());
      await pass.apply();
      await write(pinned);
      await pass.end();
      expect(await image()).toBe(pinned);
    });

    it('passes over one Kustomization follow each other', async () => {
      await start();
      const pass = await flux().begin(name());
      const next = flux().reconcile(name());
      await setSpec(entry);
      await pass.end();
      await next;
      expect(await image()).toBe(pinned);
    });

    it('a suspended Kustomization handles a request without applying anything', async () => {
      await start();
      await setSpec({ suspend: true, ...entry });
      await request('ours');
      await flux().reconcile(name());

      const { generation, ...now } = await said();
      expect(now).toMatchObject({ observed: generation, handled: 'ours', reason: 'ReconciliationSucceeded' });
      expect(await image()).toBe(plain);
    });

    it.each(['ArtifactFailed', 'DependencyNotReady'] as const)(
      'a pass that ends with %s handles a request without applying anything',
      async (reason) => {
        await start();
        const before = await said();
        flux().fail(name(), { reason, message: 'not now' });
        await setSpec(entry);
        await request('ours');
        await flux().reconcile(name());

        expect(await said()).toMatchObject({ observed: before.generation, handled: 'ours', reason });
        expect(await image()).toBe(plain);
      },
    );

    it('a pass that cannot build handles a request without applying anything', async () => {
      await start();
      const before = await said();
      await setSpec({ ...entry, patches: [{ patch: 'apiVersion: v1\nkind: Secret\nmetadata: {name: nobody}\n' }] });
      await request('ours');
      await flux().reconcile(name());

      expect(await said()).toMatchObject({ observed: before.generation, handled: 'ours', reason: 'BuildFailed' });
      expect(await image()).toBe(plain);
    });
  });

  describe('a pass that waits for health', () => {
    /** A controller of which no test has to wait long, and a Deployment whose pod is not available for some minutes. */
    const neverHealthy = { replicas: 1, minReadySeconds: 500 };
    const given = async (health: FluxOptions['health']) => {
      await start();
      await setSpec({ wait: true, interval: '1s' });
      return restart({ health: { pollMs: 20, minTimeoutMs: 500, ...health } }, neverHealthy);
    };
    const isChecking = () =>
      vi.waitFor(async () =>
        expect(await said()).toMatchObject({ running: expect.stringContaining('Running health checks') }),
      );

    it('a pass over what never becomes healthy ends when its time is over, and says so', async () => {
      await using slow = await given({ cancels: false });
      const before = await said();
      const pass = slow.reconcile(name());
      await isChecking();
      await setSpec(entry);
      await request('ours');

      expect((await pass)[0]?.reason).toBe('HealthCheckFailed');

      expect(await said()).toMatchObject({ observed: before.observed, conditionAt: before.generation + 1 });
      expect((await said()).handled).not.toBe('ours');
      expect(await image()).toBe(plain);
    });

    it('a request ends the wait of a pass, and the next one reads what was written', async () => {
      await using quick = await given({ minTimeoutMs: 60_000 });
      const pass = quick.reconcile(name());
      await isChecking();
      await setSpec(entry);
      await request('ours');

      expect((await pass)[0]?.reason).toBe('HealthCheckCanceled');

      const next = await quick.begin(name());
      await next.apply();
      expect(await image()).toBe(pinned);
      const ending = next.end();
      await isChecking();
      await request('again');
      await ending;
      expect(await said()).toMatchObject({ handled: 'ours', reason: 'HealthCheckCanceled' });
    });
  });

  it('a controller that reacts begins a pass when a Kustomization is changed or requested', async () => {
    await start();
    await using reacting = await restart({ reacts: true });
    await reacting.reconcile(name());
    await setSpec(entry);
    await vi.waitFor(async () => expect(await image()).toBe(pinned), 5_000);
    await request('ours');
    await vi.waitFor(async () => expect((await said()).handled).toBe('ours'), 5_000);
  });
}
