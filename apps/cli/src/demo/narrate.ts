import type { History, HistoryEvent, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Mark, Screen } from './screen.ts';

/** Tells what happens while it happens, from Keelson's own event stream. */
export async function narrate(history: History, screen: Screen, signal: AbortSignal): Promise<void> {
  let after = await history.lastEventId();
  while (!signal.aborted) {
    const events = await history.events(after, { blockMs: 1_000, signal }).catch((): HistoryEvent[] => []);
    for (const event of events) {
      after = event.id;
      const subject = event.workload.split('/').at(-1) ?? event.workload;
      if (event.type === 'quarantine') screen.line('kept out', subject, event.message ?? event.name);
      if (event.type === 'hold') screen.line('held', subject, event.message ?? event.name);
      if (event.type !== 'rollout' || event.rollout === undefined) continue;
      const rollout = await history.rollout(event.rollout);
      if (rollout) tell(screen, subject, event, rollout);
    }
  }
}

function tell(screen: Screen, subject: string, event: HistoryEvent, rollout: Rollout): void {
  screen.line(...lineOf(subject, event, rollout));
  const log = event.name === 'failed' ? rollout.evidence?.log : undefined;
  for (const line of log?.trimEnd().split('\n') ?? []) screen.line('log', '', line);
}

function lineOf(subject: string, event: HistoryEvent, rollout: Rollout): [Mark, string, string] {
  const { changes, kind, createdAt } = rollout;
  const [change] = changes;
  const moves = change ? `${change.to.tag}: ${short(change.from.digest)} → ${short(change.to.digest)}` : '';
  const took = `${((event.at - createdAt) / 1_000).toFixed(1)} s`;
  switch (event.name) {
    case 'pending':
      return kind === 'rollback' ? ['back', subject, moves] : ['noticed', subject, moves];
    case 'verifying':
      // The same event tells of each step of the verification; the first is that it was written.
      return event.message === undefined
        ? ['written', subject, `pinned to ${short(change?.to.digest)}; now its pods are watched`]
        : ['soaking', subject, event.message];
    case 'succeeded':
      return ['succeeded', subject, `${event.message ?? ''} (${took})`];
    case 'failed':
      return ['failed', subject, event.message ?? ''];
    default:
      return ['ended', subject, `${event.name}: ${event.message ?? ''}`];
  }
}

function short(digest: Rollout['changes'][number]['from']['digest']): string {
  return digest === undefined ? 'nothing known' : shortDigest(digest);
}
