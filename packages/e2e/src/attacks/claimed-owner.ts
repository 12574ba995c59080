import { badImages } from '../bad-images.ts';
import { fluxLabels } from '../manifests.ts';
import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';

/** Labels as Flux would write them, on a workload that Flux does not know, and a push that is rolled back. */
export const claimedOwner: Attack = {
  name: 'claims an owner of somebody else and crashes',
  async begin({ deploy, push, checked, available, failed }) {
    await push('claims');
    await deploy('claims', { replicas: 1, labels: fluxLabels });
    await available('claims');
    await checked('claims');
    await push('claims', badImages['a crash']);
    await failed(1, ['claims']);
    return nothingMore;
  },
};
