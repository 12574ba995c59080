import { createHash } from 'node:crypto';
import type { Fields } from '../../cluster/json.ts';
import { fieldsOf } from '../../cluster/json.ts';
import { inventoryOf } from '../inventory.ts';
import type { Manifest } from '../manifest.ts';
import { BuildError } from '../patches.ts';
import type { Writing } from './cluster-writes.ts';
import { drifted, helmManager, writeAll, writingOf } from './cluster-writes.ts';
import { milliseconds } from './duration.ts';
import { postRenderersDigest } from './post-renderers-digest.ts';
import type { HelmController, Release, ReleaseAction, ReleasePass } from './release.ts';
import { releasePath } from './release-path.ts';
import { ReleaseStatus } from './release-status.ts';
import { render } from './render.ts';
import type { Stored } from './storage.ts';
import { waitForReady } from './wait-for-ready.ts';

/** What follows from the state of the release (internal/reconcile, actionForState). */
type Next = ReleaseAction | 'nothing' | 'stalled';

function revisionOf(chart: readonly Manifest[]): string {
  return `1.0.0+${createHash('sha1').update(JSON.stringify(chart)).digest('hex').slice(0, 12)}`;
}

/** One pass: everything of the spec is as it was read at its start. */
export class Pass {
  readonly #controller: HelmController;
  readonly #release: Release;
  readonly #chart: readonly Manifest[];
  readonly #spec: Fields;
  readonly #generation: unknown;
  readonly #status: ReleaseStatus;
  readonly #requestedAt: unknown;
  readonly actions: ReleaseAction[] = [];

  constructor(controller: HelmController, release: Release, object: Fields) {
    this.#controller = controller;
    this.#release = release;
    this.#chart = release.chart ?? [];
    this.#spec = fieldsOf(object['spec']);
    const { generation, annotations } = fieldsOf(object['metadata']);
    this.#generation = generation;
    this.#requestedAt = fieldsOf(annotations)['reconcile.fluxcd.io/requestedAt'];
    this.#status = new ReleaseStatus(object);
  }

  get ready(): { readonly reason: string; readonly message: string } {
    return this.#status.condition('Ready') ?? { reason: 'Unknown', message: '' };
  }

  get #digest(): string {
    return postRenderersDigest(this.#spec);
  }

  async write(): Promise<void> {
    const { api } = this.#controller;
    const path = releasePath(this.#release);
    const { status, body } = await api.request('GET', path);
    if (status !== 200) return;
    const patch = { status: this.#status.toPatch(fieldsOf(body['metadata'])['generation']) };
    await api.do('PATCH', `${path}/status?fieldManager=${helmManager}`, patch, 'application/merge-patch+json');
  }

  /** The last write of a pass; `observedGeneration` is that of the spec it read, and only where it need not go on at once. */
  async end(next: ReleasePass['next']): Promise<void> {
    const { requestedAt, generation } = { requestedAt: this.#requestedAt, generation: this.#generation };
    if (typeof requestedAt === 'string') this.#status.set({ lastHandledReconcileAt: requestedAt });
    if (next !== 'at once') this.#status.set({ observedGeneration: generation });
    await this.write();
  }

  async begin(): Promise<void> {
    this.#status.say('Reconciling', 'True', 'Progressing', 'Fulfilling prerequisites');
    await this.write();
  }

  /** Without a chart nothing is done, and the generation stays unobserved. */
  async endWithoutChart(): Promise<void> {
    this.#status.say('Ready', 'False', 'ArtifactFailed', 'Source not ready: artifact not found. Retrying in 30s');
    await this.end('at once');
  }

  async run(): Promise<ReleasePass['next']> {
    const revision = revisionOf(this.#chart);
    const same =
      this.#status.get('lastAttemptedGeneration') === this.#generation &&
      this.#status.get('lastAttemptedRevision') === revision;
    if (!same) this.#status.set({ failures: 0, installFailures: 0, upgradeFailures: 0 });
    this.#status.set({ lastAttemptedGeneration: this.#generation, lastAttemptedRevision: revision });
    for (;;) {
      const { next, drift } = await this.#next(revision);
      if (next === 'nothing') {
        this.#status.unsay('Reconciling');
        this.#status.summarize(this.#digest);
        return 'interval';
      }
      if (next === 'stalled') return this.#stall();
      // Each kind of action once in a pass: what has to be done again is done by the next one.
      if (this.actions.includes(next)) {
        this.#status.unsay('Reconciling');
        return 'interval';
      }
      const isStored = await this.#run(next, revision, drift);
      this.actions.push(next);
      if (!isStored) return 'at once';
      if (next === 'rollback') return this.#isExhausted() ? this.#stall() : 'at once';
      await this.write();
    }
  }

  #stall(): 'never' {
    const action = this.#status.get('lastAttemptedReleaseAction');
    const message = `Failed to ${String(action)} after ${this.#failures} attempt(s)`;
    this.#status.unsay('Reconciling');
    this.#status.say('Stalled', 'True', 'RetriesExceeded', message);
    return 'never';
  }

  get #isInstall(): boolean {
    return this.#status.get('lastAttemptedReleaseAction') === 'install';
  }

  get #failures(): number {
    return this.#status.count(this.#isInstall ? 'installFailures' : 'upgradeFailures');
  }

  get #remediation(): { readonly retries: number; readonly last: boolean } {
    const { remediation } = fieldsOf(this.#spec[this.#isInstall ? 'install' : 'upgrade']);
    const { retries, remediateLastFailure } = fieldsOf(remediation);
    const count = typeof retries === 'number' ? retries : 0;
    const last = typeof remediateLastFailure === 'boolean' ? remediateLastFailure : count > 0 && !this.#isInstall;
    return { retries: count, last };
  }

  #isExhausted(): boolean {
    const { retries } = this.#remediation;
    return retries >= 0 && this.#failures > retries;
  }

  async #next(revision: string): Promise<{ readonly next: Next; readonly drift: readonly Manifest[] }> {
    const { latest } = this.#release.storage;
    const only = (next: Next) => ({ next, drift: [] });
    if (latest === undefined) return only(this.#isInstall && this.#isExhausted() ? 'stalled' : 'install');
    if (latest.status === 'failed') return only(this.#afterFailure());
    const isNew = this.#status.get('observedGeneration') !== this.#generation;
    const isRendered = (this.#status.get('observedPostRenderersDigest') ?? '') === this.#digest;
    if (latest.revision !== revision || (isNew && !isRendered)) return only('upgrade');
    const drift = await this.#drift(latest);
    if (drift.length > 0) return { next: this.#driftMode === 'enabled' ? 'drift correction' : 'nothing', drift };
    this.#release.storage.truncate();
    this.#inSync();
    return only('nothing');
  }

  #afterFailure(): Next {
    if (this.#failures <= 0) return 'upgrade';
    if (this.#isExhausted() && !this.#remediation.last) return 'stalled';
    if (this.#isInstall || fieldsOf(fieldsOf(this.#spec['upgrade'])['remediation'])['strategy'] === 'uninstall') {
      throw new Error('Remediation by uninstalling is not simulated.');
    }
    return this.#release.storage.previous === undefined ? 'upgrade' : 'rollback';
  }

  /** A release that was rolled back to what is wanted again counts as upgraded. */
  #inSync(): void {
    const message = `Helm upgrade succeeded for release ${this.#name}`;
    if (this.#status.condition('Remediated')?.status === 'True') {
      this.#status.unsay('Remediated');
      this.#status.say('Released', 'True', 'UpgradeSucceeded', message);
    }
  }

  get #name(): string {
    return `${this.#release.namespace}/${this.#release.name}.v${this.#release.storage.latest?.version ?? 0}`;
  }

  get #driftMode(): unknown {
    return fieldsOf(this.#spec['driftDetection'])['mode'];
  }

  async #drift({ manifests }: Stored): Promise<readonly Manifest[]> {
    if (this.#driftMode !== 'enabled' && this.#driftMode !== 'warn') return [];
    const found = await drifted(this.#controller, manifests);
    const text = `Cluster state of release ${this.#name} has drifted from the desired state`;
    if (found.length > 0) this.#status.say('Drifted', 'True', 'DriftDetected', text);
    else this.#status.say('Drifted', 'False', 'NoDriftDetected', 'No drift detected against the cluster state');
    return found;
  }

  /** False: nothing was stored, so the pass ends and is done again. */
  async #run(next: ReleaseAction, revision: string, drift: readonly Manifest[]): Promise<boolean> {
    const message = `Running '${next}' action with timeout of ${this.#timeoutOf(next)}`;
    this.#status.say('Reconciling', 'True', 'Progressing', message);
    if (next === 'install' || next === 'upgrade') this.#status.say('Ready', 'Unknown', 'Progressing', message);
    await this.write();
    switch (next) {
      case 'drift correction':
        await writeAll(this.#controller, drift, [], 'apply');
        return true;
      case 'rollback':
        await this.#rollBack();
        return true;
      case 'install':
      case 'upgrade':
        return this.#upgrade(next, revision);
    }
  }

  #timeoutOf(action: ReleaseAction): string {
    const { timeout = this.#spec['timeout'] ?? '5m0s' } = fieldsOf(this.#spec[action]);
    return String(timeout);
  }

  async #upgrade(action: 'install' | 'upgrade', revision: string): Promise<boolean> {
    const Name = action === 'install' ? 'Install' : 'Upgrade';
    this.#status.set({ lastAttemptedReleaseAction: action });
    this.#status.unsay('Remediated');
    const failed = (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#status.set({ failures: this.#status.count('failures') + 1 });
      const text = `Helm ${action} failed for release ${this.#name}: ${why}`;
      this.#status.say('Released', 'False', `${Name}Failed`, text);
      this.#status.summarize(this.#digest);
    };
    let manifests: readonly Manifest[] = [];
    try {
      manifests = render(this.#chart, this.#spec, this.#release);
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      failed(error);
      return false;
    }
    this.#status.set({ inventory: { entries: inventoryOf(manifests) } });
    try {
      const writing = action === 'install' ? 'apply' : writingOf(this.#spec);
      const isWaitOff = fieldsOf(this.#spec[action])['disableWait'] === true;
      await this.#apply(manifests, writing, isWaitOff ? undefined : this.#timeoutOf(action));
      this.#store({ action, revision, manifests, status: 'deployed' });
      this.#status.say('Released', 'True', `${Name}Succeeded`, `Helm ${action} succeeded for release ${this.#name}`);
      this.#status.summarize(this.#digest);
    } catch (error) {
      this.#controller.signal.throwIfAborted();
      this.#store({ action, revision, manifests, status: 'failed' });
      const field = action === 'install' ? 'installFailures' : 'upgradeFailures';
      this.#status.set({ [field]: this.#status.count(field) + 1 });
      failed(error);
    }
    return true;
  }

  /** Helm's own rollback: the manifests of the version before, whatever the spec says. */
  async #rollBack(): Promise<void> {
    const { previous } = this.#release.storage;
    if (previous === undefined) return;
    await this.#apply(previous.manifests, 'apply', undefined);
    this.#store({ ...previous, action: 'rollback', status: 'deployed' });
    const message = `Helm rollback to previous release ${this.#name} succeeded`;
    this.#status.say('Remediated', 'True', 'RollbackSucceeded', message);
    this.#status.summarize(this.#digest);
  }

  /** @param timeout for how long it is waited for; undefined: not at all */
  async #apply(manifests: readonly Manifest[], writing: Writing, timeout: string | undefined): Promise<void> {
    const { pollMs, signal } = this.#controller;
    await writeAll(this.#controller, manifests, this.#release.storage.latest?.manifests ?? [], writing);
    if (timeout === undefined) return;
    await waitForReady(this.#controller, manifests, { timeoutMs: milliseconds(timeout), pollMs, signal });
  }

  #store(stored: Omit<Stored, 'version'>): void {
    const { storage, name, namespace } = this.#release;
    storage.add(stored);
    const chart = { chartName: name, chartVersion: stored.revision, configDigest: `sha256:${'0'.repeat(64)}` };
    const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const history = storage.newestFirst.map(({ version, status, action }) => ({
      ...chart,
      ...(action === 'rollback' ? {} : { action }),
      digest: `sha256:${createHash('sha256').update(`${namespace}/${name}/${version}`).digest('hex')}`,
      firstDeployed: at,
      lastDeployed: at,
      name,
      namespace,
      status,
      version,
    }));
    this.#status.set({ history });
  }
}
