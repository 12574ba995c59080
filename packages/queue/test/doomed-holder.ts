import { createLease } from '../src/index.ts';

/** Holds a lease until it is killed. `node doomed-holder.ts URL` */
const [, , redis = ''] = process.argv;
createLease({ redis, name: 'keeper', holder: 'doomed', onAcquired: () => void process.stdout.write('held\n') });
