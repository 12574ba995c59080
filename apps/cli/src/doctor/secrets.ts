import type { KubeHttp } from '@keelson/kube';
import type { Subject } from '@keelson/lint';
import { secretCommand, secretStates, secretsOf } from '@keelson/lint';
import { probe } from './probe.ts';
import type { Line } from './schema.ts';

/** The Secrets that workloads in the cluster and in the manifests need: which exist, and the command that creates each of the others. */
export async function secrets(http: KubeHttp, subjects: readonly Subject[]): Promise<readonly Line[]> {
  const users = new Map<string, { namespace: string; name: string; users: Set<string> }>();
  for (const workload of subjects.flatMap(({ workloads }) => workloads)) {
    const { kind, name: workloadName, namespace = 'default' } = workload.object;
    for (const { name } of secretsOf(workload)) {
      const key = `${namespace}/${name}`;
      const entry = users.get(key) ?? { namespace, name, users: new Set() };
      entry.users.add(`${kind} ${workloadName}`);
      users.set(key, entry);
    }
  }
  const commands = new Map(subjects.flatMap(({ secretCommands }) => [...secretCommands]));
  const needed = [...users.values()];
  return probe('secret', async () => {
    const states = await secretStates(http, needed);
    return needed.map(({ namespace, name, users: by }) => {
      const subject = `Secret ${namespace}/${name} (for ${[...by].join(', ')})`;
      const code = 'secret';
      const state = states.get(`${namespace}/${name}`);
      if (state === 'there') return { code, status: 'ok', message: `${subject} exists.` };
      const command = secretCommand(commands, namespace, name);
      if (state === 'missing') return { code, status: 'missing', message: `${subject} is missing.`, remedy: command };
      const remedy = `Use credentials that may read it; if it is missing: ${command}`;
      return { code, status: 'unseen', message: `${subject} may not be read.`, remedy };
    });
  });
}
