export { type DeploymentOptions, deployment, POST } from './manifests.ts';
export { type Live, openScene, type Scene } from './scene.ts';
export { HOST, realStageMissing, type Stage, type StageKind, startStage } from './stage.ts';
export { quiet, until } from './until.ts';
