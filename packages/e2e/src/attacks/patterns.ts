import type { Attack } from './attack.ts';
import { numbered } from './attacker.ts';

const pattern = '(.?){1000}'.repeat(50);

/** Patterns whose compilation takes long, each time that they are read. */
export const patterns: Attack = {
  name: 'names its containers by patterns that take long to compile',
  async begin({ deploy, known, annotate }) {
    const names = numbered('pattern', 5);
    for (const [index, name] of names.entries()) {
      // Each another one, so that none is answered from what is kept.
      await deploy(name, { annotations: { 'keelson.sh/containers': `${pattern.slice(0, 490)}|${index}` } });
    }
    await Promise.all(names.map(known));
    return async (count) => {
      const annotations = { 'keelson.sh/containers': `${pattern.slice(0, 480)}|${count}` };
      await annotate(`pattern-${count % 5}`, annotations);
    };
  },
};
