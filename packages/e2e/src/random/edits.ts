import { z } from 'zod';
import type { TestNamespace } from '../test-namespace.ts';
import type { Edit, Name } from './steps.ts';

const label = 'example.com/team';
const note = 'example.com/note';
const variable = 'SOMEBODY';
const strategic = 'application/strategic-merge-patch+json';

/** What other managers wrote into a workload last: none of it may be lost. */
export type Edited = Partial<Readonly<Record<Edit, string>>>;

/** Writes what nobody has written yet, as the manager `somebody`; answers it. */
export async function edit(ns: TestNamespace, name: Name, what: Edit, count: number): Promise<string> {
  const value = what === 'scale' ? String(1 + (count % 3)) : `v${count}`;
  const metadata = what === 'label' ? { labels: { [label]: value } } : { annotations: { [note]: value } };
  if (what === 'scale') return scale(ns, name, Number(value));
  if (what === 'env') await ns.patch(name, withVariable(value), strategic);
  else await ns.patch(name, { metadata });
  return value;
}

/** Scales it, as the manager `somebody`. */
export async function scale(ns: TestNamespace, name: Name, replicas: number): Promise<string> {
  await ns.patch(name, { spec: { replicas } });
  return String(replicas);
}

function withVariable(value: string): unknown {
  const containers = [{ name: 'app', env: [{ name: variable, value }] }];
  return { spec: { template: { spec: { containers } } } };
}

const live = z.object({
  metadata: z.object({
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({
        containers: z.array(z.object({ env: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })),
      }),
    }),
  }),
});

/** What of these edits the object no longer says. */
export function lostEdits(object: unknown, edited: Edited): readonly string[] {
  const { metadata, spec } = live.parse(object);
  const now: Edited = {
    scale: String(spec.replicas),
    env: spec.template.spec.containers[0]?.env.find(({ name }) => name === variable)?.value ?? 'none',
    label: metadata.labels[label] ?? 'none',
    annotation: metadata.annotations[note] ?? 'none',
  };
  return Object.entries(edited).flatMap(([what, value]) => {
    const found = Object.entries(now).find(([key]) => key === what)?.[1];
    return found === value ? [] : [`${what} is ${found}, and somebody had written ${value}`];
  });
}
