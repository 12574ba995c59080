import { ofCluster } from './of-cluster.ts';
import { ofIntent } from './of-intent.ts';
import { ofRecords } from './of-records.ts';
import { ofRegistry } from './of-registry.ts';
import { ofRepository } from './of-repository.ts';
import { ofRoutes } from './of-routes.ts';
import { ofTexts } from './of-texts.ts';
import type { Target } from './target.ts';

export const targets: readonly Target[] = [
  ...ofTexts,
  ...ofIntent,
  ...ofCluster,
  ofRepository,
  ofRecords,
  ofRegistry,
  ofRoutes,
];
