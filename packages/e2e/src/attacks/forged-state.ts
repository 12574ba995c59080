import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { mark } from './attacker.ts';

const digest = `sha256:${'0'.repeat(64)}`;
/** After the last moment that a date can be. */
const at = 9e15;
const states = [
  { hold: { code: 'paused', message: mark, at } },
  { quarantine: [{ digest, at, code: 'crash-loop', message: mark, container: 'app', image: mark, rollout: mark }] },
  { digests: { app: { lastGood: digest, found: { digest, at }, written: { uid: mark, path: mark } } } },
];

/** What Keelson writes on a workload to remember it by, written by somebody else. */
export const forgedState: Attack = {
  name: 'forges what Keelson remembers of its workloads',
  async begin({ deploy, push, known, id }) {
    for (const [index, state] of states.entries()) {
      const name = `forged-${index}`;
      await push(name);
      const text = JSON.stringify({ workload: id(name), digests: {}, quarantine: [], ...state });
      await deploy(name, { annotations: { 'keelson.sh/state': text } });
    }
    await Promise.all(states.map((_, index) => known(`forged-${index}`)));
    return nothingMore;
  },
};
