import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { numbered } from './attacker.ts';

/** A registry that takes requests and answers none, for many workloads of one namespace. */
export const hangingRegistry: Attack = {
  name: 'has many workloads whose registry hangs',
  async begin({ deploy, known, amount, registry, repository, onClose }) {
    onClose(registry.faults.inject({ path: repository('hang-'), fault: { type: 'hang' } }));
    const names = numbered('hang', amount(40, 2_000));
    for (const name of names) await deploy(name);
    await known(names.at(-1) ?? '');
    return nothingMore;
  },
};
