import type { History, HistoryEvent, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import { shortName } from './apps.ts';
import type { Label, Screen } from './screen.ts';

type Line = readonly [label: Label, subject: string, text: string];

/** Prints Keelson's events as they come, until the signal. */
export async function printEvents(history: History, screen: Screen, signal: AbortSignal): Promise<void> {
  let after = await history.lastEventId();
  while (!signal.aborted) {
    const events = await history.events(after, { blockMs: 1_000, signal }).catch((): HistoryEvent[] => []);
    for (const event of events) {
      after = event.id;
      const rollout = event.type === 'rollout' && event.rollout ? await history.rollout(event.rollout) : undefined;
      for (const line of linesOf(event, rollout)) screen.line(...line);
    }
  }
}

/** The lines of one event. `rollout`: the one that an event of type `rollout` names; without it such an event prints nothing. */
export function linesOf(event: HistoryEvent, rollout?: Rollout): readonly Line[] {
  const subject = shortName(event.workload);
  if (event.type === 'quarantine') return [quarantineLine(subject, event)];
  if (event.type === 'hold') return [holdLine(subject, event)];
  if (event.type !== 'rollout' || rollout === undefined) return [];
  const log = event.name === 'failed' ? rollout.evidence?.log : undefined;
  const logLines = log?.trimEnd().split('\n') ?? [];
  return [rolloutLine(subject, event, rollout), ...logLines.map((line): Line => ['log', '', line])];
}

function quarantineLine(subject: string, { name, message = '' }: HistoryEvent): Line {
  if (name === 'released') return ['released', subject, `no longer in quarantine: ${message}`];
  return ['quarantined', subject, message];
}

function holdLine(subject: string, { name, message = '' }: HistoryEvent): Line {
  if (name === 'resumed') return ['resumed', subject, 'new images are rolled out again'];
  return ['on hold', subject, `${message} Type: resume ${subject}`];
}

function rolloutLine(subject: string, event: HistoryEvent, { changes, kind, createdAt }: Rollout): Line {
  const [change] = changes;
  const digests = change ? `${change.to.tag}: ${short(change.from.digest)} → ${short(change.to.digest)}` : '';
  const took = `${((event.at - createdAt) / 1_000).toFixed(1)} s`;
  switch (event.name) {
    case 'pending':
      return kind === 'rollback' ? ['rollback', subject, digests] : ['detected', subject, digests];
    case 'verifying':
      // Each step of the verification has this event; only the first one, after the patch, has no message.
      return event.message === undefined
        ? ['patched', subject, `pinned to ${short(change?.to.digest)}; its new pods are verified next`]
        : ['soaking', subject, event.message];
    case 'unproven':
      return ['waiting', subject, event.message ?? ''];
    case 'succeeded':
      return ['succeeded', subject, `${event.message ?? ''} (${took})`];
    case 'failed':
      return ['failed', subject, event.message ?? ''];
    default:
      return ['ended', subject, `${event.name}: ${event.message ?? ''}`];
  }
}

function short(digest: Rollout['changes'][number]['from']['digest']): string {
  return digest === undefined ? 'unknown' : shortDigest(digest);
}
