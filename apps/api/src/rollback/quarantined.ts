import type { WorkloadState } from '@keelson/history';
import type { Version } from './version.ts';

export function isQuarantined({ quarantine }: WorkloadState, { container, image }: Version): boolean {
  return quarantine.some((entry) => entry.container === container.name && entry.digest === image.digest);
}
