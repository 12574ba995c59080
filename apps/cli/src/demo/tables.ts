import Table from 'cli-table3';
import pc from 'picocolors';
import type { ShownRollout, ShownWorkload } from '../api/client.ts';

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
      workload.split('/').at(-1) ?? workload,
      kind,
      change?.to.tag ?? '',
      short(change?.from.digest),
      short(change?.to.digest),
      change?.to.commit?.slice(0, 7) ?? '',
      trigger,
      colour(state),
      `${((Date.parse(updatedAt) - Date.parse(createdAt)) / 1_000).toFixed(1)} s`,
    ]),
  );
}

export function workloadTable(workloads: readonly ShownWorkload[]): string {
  return tableOf(
    ['workload', 'looks', 'why it is on its image'],
    workloads.map(({ id, schedule, why, check }) => [
      id.split('/').at(-1) ?? id,
      schedule,
      why ?? check?.message ?? 'not looked at yet',
    ]),
  );
}

function tableOf(head: readonly string[], rows: readonly string[][]): string {
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: head.map(pc.dim), style, chars: noLines });
  table.push(...rows);
  return table.toString().replace(/^/gm, '  ');
}

function short(digest = ''): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}

function colour(state: string): string {
  if (state === 'succeeded') return pc.green(state);
  return state === 'failed' ? pc.red(state) : state;
}
