/** One after the other, with the same arguments: two at once would measure each other. */
await import('./scale.bench.ts');
await import('./rollback.bench.ts');
await import('./write-paths.bench.ts');
await import('./beside-flux.bench.ts');
await import('./proofs.bench.ts');
await import('./attacks.bench.ts');
await import('./fuzz.bench.ts');
