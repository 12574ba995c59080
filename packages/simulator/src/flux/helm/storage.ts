import type { Manifest } from '../manifest.ts';

/** One version of a release, as Helm keeps it in a Secret. */
export interface Stored {
  readonly version: number;
  readonly status: 'deployed' | 'failed' | 'superseded';
  readonly action: 'install' | 'upgrade' | 'rollback';
  /** Of the chart and its values. */
  readonly revision: string;
  readonly manifests: readonly Manifest[];
}

/** The versions of one release, newest last. */
export class Storage {
  #versions: readonly Stored[] = [];

  get latest(): Stored | undefined {
    return this.#versions.at(-1);
  }

  /** The newest one that worked, before the latest: what a remediation returns to. */
  get previous(): Stored | undefined {
    return this.#versions.slice(0, -1).findLast(({ status }) => status !== 'failed');
  }

  /** Newest first, as `status.history` has it. */
  get newestFirst(): readonly Stored[] {
    return this.#versions.toReversed();
  }

  add(stored: Omit<Stored, 'version'>): void {
    const version = (this.latest?.version ?? 0) + 1;
    const before = this.#versions.map(
      (each): Stored =>
        stored.status === 'deployed' && each.status === 'deployed' ? { ...each, status: 'superseded' } : each,
    );
    this.#versions = [...before, { ...stored, version }];
  }

  /** What an in-sync release keeps: the latest version and the one before it. */
  truncate(): void {
    this.#versions = this.#versions.filter((each) => each === this.latest || each === this.previous);
  }
}
