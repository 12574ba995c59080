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
      if (event.type !== 'rollout' || event.rollout === undefined) continue;
      const rollout = await history.rollout(event.rollout);
      if (rollout) tell(screen, event, rollout);
    }
  }
}

function tell(screen: Screen, event: HistoryEvent, rollout: Rollout): void {
  const subject = rollout.workload.split('/').at(-1) ?? rollout.workload;
  const [change] = rollout.changes;
  const took = `${((event.at - rollout.createdAt) / 1_000).toFixed(1)} s`;
  const [mark, text] = ((): [Mark, string] => {
    switch (event.name) {
      case 'pending':
        return ['noticed', change ? `${change.to.tag}: ${short(change.from.digest)} → ${short(change.to.digest)}` : ''];
      case 'verifying':
        return ['written', `pinned to ${short(change?.to.digest)}; now its pods are watched`];
      case 'succeeded':
        return ['succeeded', `${event.message ?? ''} (${took} after it was noticed)`];
      case 'failed':
        return ['failed', event.message ?? ''];
      default:
        return ['ended', `${event.name}: ${event.message ?? ''}`];
    }
  })();
  screen.line(mark, subject, text);
  const log = event.name === 'failed' ? rollout.evidence?.log : undefined;
  for (const line of log?.trimEnd().split('\n') ?? []) screen.line('log', '', line);
}

function short(digest: Rollout['changes'][number]['from']['digest']): string {
  return digest === undefined ? 'nothing known' : shortDigest(digest);
}
