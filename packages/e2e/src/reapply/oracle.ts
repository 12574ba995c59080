import { z } from 'zod';
import type { ApiRollout, ApiWorkload } from './api-watch.ts';
import { managers } from './apply.ts';
import type { Cell } from './cells.ts';
import type { PodSeen, WorkloadObject } from './cluster-watch.ts';
import { podsWanted, teamLabel, variable } from './manifest.ts';

export interface Pushed {
  readonly digest: string;
  readonly good: boolean;
}

/** Everything that is known of one workload: what was done to it, what the cluster has of it, and what the API says. */
export interface Ending {
  readonly cell: Cell;
  /** Oldest first; the first is what was deployed. */
  readonly pushes: readonly Pushed[];
  /** The manifest that was applied last. */
  readonly applied: { readonly team: string; readonly env?: string };
  readonly object: WorkloadObject | undefined;
  readonly pods: readonly PodSeen[];
  readonly ran: ReadonlySet<string>;
  readonly api: ApiWorkload | undefined;
  readonly rollouts: readonly ApiRollout[];
}

/** What is not as it has to be, a sentence each. It is computed from the pushes alone, and shares no code with Keelson. */
export function objectionsTo(ending: Ending): readonly string[] {
  const { api } = ending;
  if (!api) return ['The API does not know the workload.'];
  return [
    ...(isHeld(ending, api) ? [] : [...whatRuns(ending), ...whatIsRecorded(ending, api)]),
    ...verdicts(ending),
    ...quarantined(ending, api),
    ...lostEdits(ending),
    ...sentences(api),
  ];
}

/** The newest good push. */
export function expectedOf(pushes: readonly Pushed[]): string {
  return pushes.findLast(({ good }) => good)?.digest ?? '';
}

/** A hold has to name whoever reverts without end, and there has to be one. */
function isHeld({ cell }: Ending, { hold }: ApiWorkload): boolean {
  return cell.applier === 'controller' && cell.push === 'bad' && hold?.message.includes(managers.controller) === true;
}

function whatRuns({ cell, pushes, pods, applied }: Ending): readonly string[] {
  const expected = expectedOf(pushes);
  const name = (digest: string) => {
    const index = pushes.findIndex((each) => each.digest === digest);
    return index < 0 ? digest || 'nothing' : `push ${index}`;
  };
  // Of a CronJob the newest run that has ended.
  const ended = pods.filter(({ phase }) => phase === 'Succeeded' || phase === 'Failed');
  const counted = cell.kind === 'CronJob' ? ended.slice(-1) : pods.filter(({ deleting }) => !deleting);
  const wanted = cell.kind === 'CronJob' ? 1 : podsWanted[cell.kind];
  return [
    ...(counted.length === wanted ? [] : [`has ${counted.length} pods, and not ${wanted}`]),
    ...counted.flatMap(({ digest, ready, phase, object }) => [
      ...(digest === expected ? [] : [`a pod runs ${name(digest)}, and not ${name(expected)}`]),
      ...(ready || phase === 'Succeeded' ? [] : [`a pod is not ready (${phase})`]),
      ...(envOf(object.spec) === applied.env ? [] : [`a pod has the variable ${envOf(object.spec)}`]),
    ]),
  ];
}

function whatIsRecorded({ pushes }: Ending, { hold, active, containers }: ApiWorkload): readonly string[] {
  const expected = expectedOf(pushes);
  const [app] = containers;
  return [
    ...(hold ? [`is on hold: ${hold.code}, ${hold.message}`] : []),
    ...(active === undefined ? [] : [`rollout ${active} is under way`]),
    ...(app?.lastGood === expected ? [] : [`lastGood is ${app?.lastGood}, and not ${expected}`]),
    ...(app?.rolledOut === expected ? [] : [`rolledOut is ${app?.rolledOut}, and not ${expected}`]),
  ];
}

function verdicts({ rollouts, pushes, ran }: Ending): readonly string[] {
  const bad = new Set(pushes.filter(({ good }) => !good).map(({ digest }) => digest));
  return rollouts
    .filter(({ state }) => state === 'succeeded')
    .flatMap(({ id, kind, transitions, changes }) =>
      changes.flatMap(({ to: { digest } }) => {
        const said = `${kind} ${id} succeeded (${transitions.at(-1)?.code})`;
        return [
          ...(ran.has(digest) ? [] : [`${said}, and no pod ever ran its digest`]),
          ...(bad.has(digest) ? [`${said}, and its image is bad`] : []),
        ];
      }),
    );
}

function quarantined({ pushes }: Ending, { quarantine }: ApiWorkload): readonly string[] {
  const entries = new Set(quarantine.map(({ digest }) => digest));
  return [
    ...pushes
      .filter(({ good, digest }) => good && entries.has(digest))
      .map(({ digest }) => `${digest} is good and in quarantine`),
    ...pushes
      .filter(({ good, digest }) => !good && !entries.has(digest))
      .map(({ digest }) => `${digest} is bad and not in quarantine`),
  ];
}

function lostEdits({ applied, object }: Ending): readonly string[] {
  if (!object) return ['The object is gone.'];
  const team = object.metadata.labels[teamLabel];
  const env = envOf(object.spec);
  return [
    ...(team === applied.team ? [] : [`the label is ${team}, and somebody wrote ${applied.team}`]),
    ...(env === applied.env ? [] : [`the variable is ${env}, and somebody wrote ${applied.env}`]),
  ];
}

/** Nothing is announced that is over. */
function sentences({ check, active, why }: ApiWorkload): readonly string[] {
  if (active !== undefined || check?.code !== 'waiting-to-write') return [];
  return [`nothing is under way, and the check says ${check.code}: ${why}`];
}

const container = z.object({ env: z.array(z.object({ name: z.string(), value: z.string() })).default([]) });
const podSpec = z.object({ containers: z.tuple([container]) });
const template = z.object({ spec: podSpec });
const podSpecs = z.union([
  podSpec.transform((spec) => spec),
  z.object({ template }).transform(({ template: { spec } }) => spec),
  z
    .object({ jobTemplate: z.object({ spec: z.object({ template }) }) })
    .transform(({ jobTemplate }) => jobTemplate.spec.template.spec),
]);

/** The variable that the author may have added, of a pod or of a workload. */
function envOf(spec: unknown): string | undefined {
  const [{ env }] = podSpecs.parse(spec).containers;
  return env.find(({ name }) => name === variable)?.value;
}
