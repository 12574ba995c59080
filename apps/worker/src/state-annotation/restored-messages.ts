import type { Hold, QuarantineEntry } from '@keelson/history';

const why: Readonly<Record<Hold['code'], string>> = {
  paused: 'A user paused the workload.',
  'manual-rollback': 'A user rolled the workload back.',
  'rollback-failed': 'A rollback of the workload failed.',
  'last-good-gone': 'The last good image of the workload was no longer in its registry.',
  'no-last-good': 'A rollout failed, and no digest was known to work.',
  'manual-rollback-required': 'A rollout failed, and the workload asks for no automatic rollback.',
  'too-many-failures': 'Too many rollouts of the workload failed one after the other.',
  reverted: 'What Keelson wrote into the workload was reverted again and again.',
  'running-another-digest': 'The pods ran another digest than the one that was written.',
  off: 'Keelson was switched off for the workload.',
};

const source = 'Its annotation keelson.sh/state says so, and Redis did not know it.';
const code = /^[a-z][a-z0-9-]{0,63}$/;

/** A hold from an annotation, with a message of Keelson's own: no text of the annotation is shown. */
export function restoredHold(hold: Hold, unknown = false): Hold {
  const cause = unknown ? 'The workload was put on hold for a reason that this release does not know.' : why[hold.code];
  return { ...hold, message: `${cause} ${source} Nothing new is rolled out until a user resumes it.`, restored: true };
}

/** A quarantined digest from an annotation, likewise. */
export function restoredEntry(entry: QuarantineEntry): QuarantineEntry {
  const isCode = code.test(entry.code);
  const cause = isCode ? `The digest failed on this workload (${entry.code}).` : 'The digest failed on this workload.';
  return { ...entry, code: isCode ? entry.code : 'restored', message: `${cause} ${source}`, restored: true };
}
