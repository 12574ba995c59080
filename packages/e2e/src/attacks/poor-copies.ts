import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';

/** The victim's next image, known by its digest before the victim has it, from a registry that says nothing of its labels. */
export const poorCopies: Attack = {
  name: 'serves its next image without the labels first',
  async begin({ registry, repository, deploy, push, pushCopy, checked, begun, onClose }) {
    await push('poor');
    await deploy('poor');
    await checked('poor');
    const fault = { type: 'status', status: 404 } as const;
    onClose(registry.faults.inject({ method: 'GET', path: `${repository('poor')}/blobs/`, fault }));
    const digest = await pushCopy('poor');
    await begun('poor', digest);
    return nothingMore;
  },
};
