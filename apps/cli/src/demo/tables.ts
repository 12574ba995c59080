import Table from 'cli-table3';
import pc from 'picocolors';
import type { ShownRollout, ShownWorkload } from './client.ts';

const plain = { head: [], border: [], compact: true };
const chars = {
  mid: '',
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
};
const noLines = {
  ...chars,
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  right: '',
  middle: '  ',
};

export function historyTable(rollouts: readonly ShownRollout[]): string {
  const table = new Table({
    head: ['started', 'workload', 'tag', 'from', 'to', 'commit', 'by', 'state', 'took'].map(pc.dim),
    style: plain,
    chars: noLines,
  });
  for (const { createdAt, workload, changes, trigger, state, transitions } of rollouts) {
    const [change] = changes;
    const end = Date.parse(transitions.at(-1)?.at ?? createdAt);
    table.push([
      createdAt.slice(11, 19),
      workload.split('/').at(-1) ?? workload,
      change?.to.tag ?? '',
      short(change?.from.digest),
      short(change?.to.digest),
      change?.to.commit?.slice(0, 7) ?? '',
      trigger,
      colour(state),
      `${((end - Date.parse(createdAt)) / 1_000).toFixed(1)} s`,
    ]);
  }
  return indent(table.toString());
}

export function workloadTable(workloads: readonly ShownWorkload[]): string {
  const table = new Table({
    head: ['workload', 'looks', 'why it is on its image'].map(pc.dim),
    style: plain,
    chars: noLines,
  });
  for (const { id, schedule, check } of workloads)
    table.push([id.split('/').at(-1) ?? id, schedule, check?.sentence ?? 'not looked at yet']);
  return indent(table.toString());
}

function short(digest = ''): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}

function colour(state: string): string {
  if (state === 'succeeded') return pc.green(state);
  return state === 'failed' ? pc.red(state) : state;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
