import type { KubeHttp } from '@keelson/kube';
import type { Subject } from '@keelson/lint';
import { secretCommand, secretStates, secretsOf } from '@keelson/lint';
import { looked } from './look.ts';
import type { Line } from './schema.ts';

/** The Secrets that workloads name, in the cluster and in the manifests at hand: which are there, and what makes the others. */
export async function secrets(http: KubeHttp, subjects: readonly Subject[]): Promise<readonly Line[]> {
  const users = new Map<string, { namespace: string; name: string; users: Set<string> }>();
  for (const workload of subjects.flatMap(({ workloads }) => workloads)) {
    const { kind, name: workloadName, namespace = 'default' } = workload.thing;
    for (const { name } of secretsOf(workload)) {
      const key = `${namespace}/${name}`;
      const entry = users.get(key) ?? { namespace, name, users: new Set() };
      entry.users.add(`${kind} ${workloadName}`);
      users.set(key, entry);
    }
  }
  const commands = new Map(subjects.flatMap(({ secretCommands }) => [...secretCommands]));
  const needed = [...users.values()];
  return looked('secret', async () => {
    const states = await secretStates(http, needed);
    return needed.map(({ namespace, name, users: by }) => {
      const subject = `Secret ${namespace}/${name} (for ${[...by].join(', ')})`;
      const code = 'secret';
      const state = states.get(`${namespace}/${name}`);
      if (state === 'there') return { code, status: 'ok', message: `${subject} is there.` };
      const command = secretCommand(commands, namespace, name);
      if (state === 'missing') return { code, status: 'missing', message: `${subject} is missing.`, remedy: command };
      const remedy = `Look with credentials that may read it; if it is missing: ${command}`;
      return { code, status: 'unseen', message: `${subject} could not be looked at.`, remedy };
    });
  });
}
