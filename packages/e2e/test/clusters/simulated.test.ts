import { onlyOn } from '../../src/on-clusters.ts';

onlyOn('simulated');
await import('./all.ts');
