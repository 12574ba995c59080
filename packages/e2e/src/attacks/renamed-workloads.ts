import type { Attack } from './attack.ts';

/** Workloads that are created, checked and deleted, each under a name of its own. */
export const renamedWorkloads: Attack = {
  name: 'creates and deletes workloads under ever new names',
  async begin({ deploy, push, known, remove }) {
    await push('renamed-0');
    await deploy('renamed-0');
    await known('renamed-0');
    return async (count) => {
      await deploy(`renamed-${count + 1}`);
      await remove(`renamed-${count}`);
    };
  },
  everyMs: 100,
};
