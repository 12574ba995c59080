import type { Digest } from '@keelson/image';
import type { Call } from './call.ts';

/** A push, as notification endpoints receive it. */
export interface PushEvent {
  readonly action: 'push' | 'mount';
  readonly repository: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** Absent for blobs and for manifests pushed by digest. */
  readonly tag?: string;
  readonly call: Call;
}

export type OnPush = (event: PushEvent) => void;
