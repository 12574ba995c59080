export { type ApiOptions, checkApi, type RunningApi, startApi } from './start-api.ts';
