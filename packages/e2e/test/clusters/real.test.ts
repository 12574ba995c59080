import { onlyOn } from '../../src/on-clusters.ts';

onlyOn('real', 'plain');
await import('./all.ts');
