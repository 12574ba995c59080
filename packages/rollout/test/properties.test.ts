import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict, VerdictInput } from '../src/index.ts';
import { judge } from '../src/index.ts';
import { input, pods } from './arbitraries.ts';
import { after, at, complete, container, pod, soaks } from './cases/build.ts';

const runs = { numRuns: 2_000 };

function check(holds: (verdict: Verdict, given: VerdictInput) => void): void {
  fc.assert(
    fc.property(input, (given) => holds(judge(given), given)),
    runs,
  );
}

describe('judge for any input', () => {
  it('judge gives the same verdict for the same input, and does not change it', () => {
    check((verdict, given) => {
      const before = structuredClone(given);

      expect(judge(given)).toEqual(verdict);
      expect(given).toEqual(before);
      expect(verdict.message).toMatch(/\S$/);
    });
  });

  it('judge does not depend on the order of the pods', () => {
    fc.assert(
      fc.property(
        input,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        ({ view, ...given }, chance) => {
          const shuffle = <T>(all: readonly T[]): readonly T[] =>
            all
              .map((each) => ({ each, place: chance.next().value ?? 0 }))
              .toSorted((one, other) => one.place - other.place)
              .map(({ each }) => each);
          const jobs = view.jobs?.map((job) => ({ ...job, pods: shuffle(job.pods) }));
          const others = { ...view, pods: shuffle(view.pods), ...(jobs && { jobs }) };

          expect(judge({ ...given, view: others })).toEqual(judge({ ...given, view }));
        },
      ),
      runs,
    );
  });

  it('judge neither fails nor blocks a paused workload, but for a CronJob that is run by hand', () => {
    check((_, given) => {
      if (given.view.kind === 'CronJob') return;
      expect(judge({ ...given, view: { ...given.view, paused: true } }).type).not.toMatch(/failed|blocked/);
    });
  });

  it('judge blames no image for a workload that was unhealthy before, and says both (law 6)', () => {
    check((verdict, { unhealthyBefore, ...given }) => {
      const blunt = judge(given);
      const mild = judge({ ...given, unhealthyBefore: 'It crashed.' });

      const excused = { type: 'failed', code: 'unhealthy-before', blamed: false };
      expect(mild).toMatchObject(blunt.type === 'failed' ? excused : blunt);
      expect(mild.message).toContain(blunt.message);
      expect(blunt.type !== 'failed' || mild.message.includes('It crashed.')).toBe(true);
      expect(unhealthyBefore !== undefined && 'blamed' in verdict && verdict.blamed).toBe(false);
    });
  });

  it('judge keeps the baseline of a soak once it was recorded, until the time of that is over', () => {
    check((verdict, { soak, soakMs, now }) => {
      const kept = verdict.type === 'soaking' ? verdict.soak : soak;
      const isOver = soak !== undefined && soakMs > 0 && now - soak.since >= soakMs;
      if (isOver && kept?.since === now) return;
      expect(soak ? kept : undefined).toEqual(soak);
    });
  });

  it('judge soaks only where a soak is set', () => {
    check((verdict, { soak, soakMs }) => {
      expect(verdict.type === 'soaking' && !soak && soakMs <= 0).toBe(false);
    });
  });

  it('judge gives as evidence a pod of its input', () => {
    check((verdict, { view }) => {
      const named = 'evidence' in verdict ? verdict.evidence?.pod : undefined;
      const all = [...view.pods, ...(view.jobs ?? []).flatMap((job) => job.pods)];
      expect([undefined, ...all.map(({ name }) => name)]).toContain(named);
    });
  });
});

describe('judge never fails', () => {
  const kinds = fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet');
  /** Pods that crashed as often as you like while they started, and are ready now. */
  const ready = fc.array(fc.record({ restarts: fc.nat(9), crashed: fc.integer({ min: 1, max: 10 }) }), {
    minLength: 1,
    maxLength: 6,
  });

  it('judge never fails a rollout whose pods are all ready and that the controller calls complete', () => {
    // Made in the second 1.
    const later = fc.integer({ min: 2, max: 9_000 });
    fc.assert(
      fc.property(kinds, ready, later, fc.boolean(), fc.boolean(), (kind, starts, seconds, soaking, blocked) => {
        const all = starts.map(({ restarts, crashed }, index) =>
          pod(`web-${index}`, [
            container({ restarts, lastTerminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: at(crashed) } }),
          ]),
        );
        const n = all.length;
        const view = complete({ kind, desired: n, pods: all, status: { replicas: n, updated: n, available: n } });
        const given = soaking ? soaks(seconds, view) : after(seconds, view, { soakMs: 120_000 });

        expect(judge({ ...given, ...(blocked && { blockedAt: at(3) }) }).type).toMatch(/^(soaking|succeeded)$/);
      }),
      runs,
    );
  });

  it('judge never fails a rollout that the controller has not observed by pods that are older than it', () => {
    fc.assert(
      fc.property(pods, fc.nat(599), (all, seconds) => {
        const older = all.map((each) => ({ ...each, createdAt: at(-1) }));
        const view = complete({ pods: older, status: { observedGeneration: 4 } });

        expect(judge(after(seconds, view))).toMatchObject({ type: 'waiting', code: 'not-observed' });
      }),
      runs,
    );
  });
});
