export { startDebianRegistry } from './debian-registry/start-debian-registry.ts';
export { fluxCrds, fluxCrdsMissing } from './flux-crds.ts';
export { type RealCluster, realClusterMissing, startRealCluster } from './real-cluster/start-real-cluster.ts';
