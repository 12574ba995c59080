import { escapeText } from '@keelson/core';
import Table from 'cli-table3';
import type { ShownRollout, ShownWorkload } from '../api/client.ts';
import { shortName } from './apps.ts';
import { paint } from './paint.ts';

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  mid: '',
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  right: '',
  middle: '  ',
};

export function historyTable(rollouts: readonly ShownRollout[]): string {
  return tableOf(
    ['started', 'workload', 'what', 'tag', 'from', 'to', 'commit', 'by', 'state', 'took'],
    rollouts.map(({ createdAt, updatedAt, workload, changes: [change], kind, trigger, state }) => [
      createdAt.slice(11, 19),
      shortName(workload),
      kind,
      escapeText(change?.to.tag ?? ''),
      short(change?.from.digest),
      short(change?.to.digest),
      escapeText(change?.to.commit?.slice(0, 7) ?? ''),
      trigger,
      colour(state),
      `${((Date.parse(updatedAt) - Date.parse(createdAt)) / 1_000).toFixed(1)} s`,
    ]),
  );
}

/** Both workloads at a glance. `pages`: their addresses by workload. */
export function statusTable(workloads: readonly ShownWorkload[], pages: Readonly<Record<string, string>>): string {
  return tableOf(
    ['workload', 'page', 'image', 'state', 'in quarantine'],
    workloads.map((workload) => [
      shortName(workload.id),
      pages[workload.id] ?? '',
      short(workload.containers[0]?.rolledOut),
      stateOf(workload),
      String(workload.quarantine.length),
    ]),
  );
}

function stateOf({ id, hold, active, check }: ShownWorkload): string {
  if (hold !== undefined) return paint.yellow(`on hold; type: resume ${shortName(id)}`);
  if (active !== undefined) return 'rolling out';
  if (check === undefined) return 'not checked yet';
  return check.code === 'rolled-out' ? 'rolled out' : escapeText(check.code);
}

function tableOf(head: readonly string[], rows: readonly string[][]): string {
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: head.map(paint.dim), style, chars: noLines });
  table.push(...rows);
  return table.toString().replace(/^/gm, '  ');
}

function short(digest = ''): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}

function colour(state: string): string {
  if (state === 'succeeded') return paint.green(state);
  return state === 'failed' ? paint.red(state) : state;
}
