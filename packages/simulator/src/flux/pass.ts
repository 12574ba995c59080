import type { Fields } from '../cluster/json.ts';
import { fieldsOf } from '../cluster/json.ts';
import type { Action } from './apply-object.ts';
import type { Applied } from './apply-source.ts';
import { applySource } from './apply-source.ts';
import type { HealthOptions } from './health.ts';
import { waitForHealth, waitsForHealth } from './health.ts';
import { milliseconds } from './helm/duration.ts';
import type { Controller, Reconciliation, Source } from './reconcile.ts';
import { kustomizationPath } from './reconcile.ts';
import type { Verdict } from './status.ts';
import { conditionsAfter, conditionsOf, requestedAtOf, restAfter } from './status.ts';

const statusManager = 'gotk-kustomize-controller';
const progressing: Verdict = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' };

/**
 * One reconciliation of one Kustomization that has read it, and waits before each further step. What it read then is what it applies, whatever has
 * changed since: as with the real controller, a pass is not atomic.
 */
export interface Pass {
  /** What it read: the generation and the request, as one text. */
  readonly read: string;
  /** Applies what it read at its start. */
  apply(): Promise<void>;
  /** Applies, where that was not done yet; waits for the objects to be healthy where the Kustomization wants it; and writes its status. */
  end(): Promise<Reconciliation>;
}

/** What makes kustomize-controller begin a pass when it changes. */
export function versionOf(kustomization: Fields): string {
  return `${String(fieldsOf(kustomization['metadata'])['generation'])} ${requestedAtOf(kustomization)}`;
}

/** Reads a Kustomization; that a pass has begun is in its status only once it goes on. */
export async function beginPass(controller: Controller, source: Source, health: HealthOptions = {}): Promise<Pass> {
  const { api } = controller;
  const path = kustomizationPath(source);
  const name = `${source.namespace}/${source.name}`;
  const result = (reason: Reconciliation['reason'], message: string, objects = {}): Reconciliation => ({
    kustomization: name,
    reason,
    message,
    objects,
  });
  const read = () => api.request('GET', path);
  const writeStatus = (status: object) =>
    api.do('PATCH', `${path}/status?fieldManager=${statusManager}`, { status }, 'application/merge-patch+json');
  /** The conditions, on the object as it is by now. */
  async function say(verdict: Verdict, doing?: string): Promise<void> {
    const { status, body } = await read();
    if (status === 200) await writeStatus(conditionsAfter(body, verdict, doing));
  }
  const ended = (reconciliation: Reconciliation): Pass => ({
    read: versionOf(begun),
    apply: () => Promise.resolve(),
    end: () => Promise.resolve(reconciliation),
  });

  const { status, body: begun } = await read();
  if (status !== 200) return ended(result('Missing', `GET answered ${status}`));
  const spec = fieldsOf(begun['spec']);
  const isReady = (object: Fields) =>
    conditionsOf(object).some((each) => each.type === 'Ready' && each.status === 'True');
  if (spec['suspend'] === true) {
    await writeStatus(restAfter(begun, isReady(begun)));
    return ended(result('Suspended', 'spec.suspend is set'));
  }
  const { revision } = source;
  if (source.unavailable) {
    const { reason, message } = source.unavailable;
    await say({ status: 'False', reason, message });
    await writeStatus(restAfter(begun, false));
    return ended(result(reason, message));
  }
  const timeoutMs = Math.max(milliseconds(String(spec['timeout'] ?? spec['interval'])), health.minTimeoutMs ?? 30_000);
  const about = `for revision ${revision} with a timeout of ${Math.round(timeoutMs / 1_000)}s`;
  const done = new Map<string, Action>();
  let applying: Promise<Applied> | undefined;
  /** It works on a copy that it had read before it says so. */
  async function work(): Promise<Applied> {
    await say(progressing, `Fetching manifests ${about}`);
    return applySource(controller, source, begun, done);
  }
  const applied = () => (applying ??= work());

  async function isOverdue(): Promise<boolean> {
    if (controller.ending.aborted) return true;
    if (health.cancels === false) return false;
    const { body: now } = await read();
    return versionOf(now) !== versionOf(begun);
  }

  async function verdictOn({ verdict, manifests }: Applied): Promise<Verdict> {
    if (verdict.status !== 'True' || !waitsForHealth(spec)) return verdict;
    await say(progressing, `Running health checks ${about}`);
    const found = await waitForHealth(controller, manifests, { timeoutMs, pollMs: health.pollMs ?? 5_000 }, isOverdue);
    if (found === 'healthy') return verdict;
    if (found === 'canceled') {
      return { status: 'False', reason: 'HealthCheckCanceled', message: 'New reconciliation triggered by a request' };
    }
    const message = `health check failed after ${timeoutMs} ms: timeout waiting for: [${found.join(', ')}]`;
    return { status: 'False', reason: 'HealthCheckFailed', message };
  }

  return {
    read: versionOf(begun),
    async apply() {
      await applied();
    },
    async end() {
      const what = await applied();
      const verdict = await verdictOn(what);
      await say(verdict);
      await writeStatus(restAfter(begun, verdict.status === 'True', what.attempt));
      return result(verdict.reason, verdict.message, Object.fromEntries(done));
    },
  };
}
