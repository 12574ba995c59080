import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import type { Version } from './version.ts';

export function quarantineOf(
  { quarantine }: WorkloadState,
  { container, image }: Version,
): QuarantineEntry | undefined {
  return quarantine.find((entry) => entry.container === container.name && entry.digest === image.digest);
}

export function isQuarantined(state: WorkloadState, version: Version): boolean {
  return quarantineOf(state, version) !== undefined;
}
