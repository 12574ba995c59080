import { createLease } from '../src/index.ts';

/** Holds a lease until it is killed. `node killable-holder.ts URL` */
const [, , redis = ''] = process.argv;
createLease({ redis, name: 'reconciler', holder: 'killable', onAcquired: () => void process.stdout.write('held\n') });
