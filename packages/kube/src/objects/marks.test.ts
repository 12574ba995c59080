import { expect, it } from 'vitest';
import { isMark, isVariableMark } from './marks.ts';

it.each([
  'kubectl.kubernetes.io/restartedAt',
  'keelson.sh/restartedAt',
  'keel.sh/update-time',
  'cattle.io/timestamp',
  'helm.sh/chart',
  'app.kubernetes.io/version',
  'app.kubernetes.io/managed-by',
  'rollme',
  'commit',
  'git-sha',
  'gitCommit',
  'example.com/deployed-at',
  'CI_PIPELINE_ID',
])('isMark finds in %s when or from what a template was applied', (key) => {
  expect(isMark(key)).toBe(true);
});

it.each([
  'app',
  'checksum/config',
  'config-version',
  'configVersion',
  'secret.reloader.stakater.com/last-reloaded',
  'env-hash',
  'sidecar.istio.io/inject',
  'prometheus.io/scrape',
  'runtime',
  'candidate',
  'vault.hashicorp.com/role',
  'admission.datadoghq.com/java-lib.version',
  'sidecar.istio.io/proxyImageVersion',
])('isMark finds in %s something that may change what containers do', (key) => {
  expect(isMark(key)).toBe(false);
});

it.each([
  'GIT_SHA',
  'COMMIT',
  'CI_COMMIT_SHA',
  'BUILD_NUMBER',
  'DEPLOYED_AT',
  'VERSION',
  'APP_VERSION',
  'SENTRY_RELEASE',
  'CI_COMMIT_SHORT_SHA',
  'WEB_GIT_COMMIT',
  'HEROKU_SLUG_COMMIT',
  'CI_PIPELINE_ID',
])('isVariableMark finds in %s when or from what a template was applied', (name) => {
  expect(isVariableMark(name)).toBe(true);
});

it.each([
  'DATABASE_URL',
  'API_VERSION',
  'TLS_VERSION',
  'START_DATE',
  'TIMEOUT',
  'RELEASE_NOTES_URL',
  'SHARE',
  'COMMITTER',
  'MODEL_REVISION',
  'CONFIG_SHA',
  'ENABLE_AUTO_COMMIT',
  'JOB_ID',
  'JOB_DATE',
])('isVariableMark finds in %s something that may change what containers do', (name) => {
  expect(isVariableMark(name)).toBe(false);
});
