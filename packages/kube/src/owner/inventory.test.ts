import { workloadKinds } from '@keelson/core';
import { expect, it } from 'vitest';
import { inventoryId, readOwnerStatus } from './inventory.ts';

it('inventoryId names each kind of workload as Flux does', () => {
  expect(workloadKinds.map((kind) => inventoryId({ namespace: 'shop', kind, name: 'web.1' }))).toEqual([
    'shop_web.1_apps_Deployment',
    'shop_web.1_apps_StatefulSet',
    'shop_web.1_apps_DaemonSet',
    'shop_web.1_batch_CronJob',
  ]);
});

it('readOwnerStatus keeps the workloads of an inventory', () => {
  const ids = ['shop_web_apps_Deployment', 'shop_web__Service', '_shop__Namespace', 'shop_web_apps_ReplicaSet', 7];
  const status = { inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) } };

  expect(readOwnerStatus({ status }).listed).toEqual(new Set(['shop_web_apps_Deployment']));
});

it.each([
  ['no status', undefined],
  ['no inventory', { conditions: [] }],
])('readOwnerStatus lists nothing for an owner with %s', (_, status) => {
  expect(readOwnerStatus({ status }).listed).toBeUndefined();
});

const ready = (status: string, reason: string) => ({ type: 'Ready', status, reason });
const reconciling = (message: string) => ({ type: 'Reconciling', status: 'True', reason: 'Progressing', message });

it.each<[string, readonly object[], boolean]>([
  ['says nothing', [], true],
  ['succeeded', [ready('True', 'ReconciliationSucceeded')], true],
  ['failed its health checks', [ready('False', 'HealthCheckFailed'), reconciling('retry')], true],
  ['waits for its health checks', [ready('Unknown', 'Progressing'), reconciling('Running health checks for …')], true],
  ['could not build', [ready('False', 'BuildFailed')], true],
  ['could not apply everything', [ready('False', 'ReconciliationFailed')], false],
  ['reconciles', [ready('Unknown', 'Progressing'), reconciling('Reconciliation in progress')], false],
  ['installs', [ready('Unknown', 'Progressing')], false],
  ['was rolled back', [{ type: 'Remediated', status: 'True' }, ready('False', 'RollbackSucceeded')], false],
])('readOwnerStatus of an owner that %s: settled %s', (_, conditions, settled) => {
  expect(readOwnerStatus({ status: { conditions } }).settled).toBe(settled);
});

it.each<[string, object, boolean]>([
  ['forces upgrades without server-side apply', { upgrade: { force: true, serverSideApply: 'disabled' } }, true],
  ['forces upgrades as the last release was applied', { upgrade: { force: true } }, true],
  ['forces upgrades, said automatic', { upgrade: { force: true, serverSideApply: 'auto' } }, true],
  ['forces rollbacks', { rollback: { force: true } }, true],
  ['forces upgrades with server-side apply', { upgrade: { force: true, serverSideApply: 'enabled' } }, false],
  ['forces nothing', { upgrade: { serverSideApply: 'disabled' } }, false],
])('readOwnerStatus of a HelmRelease that %s says whether that replaces objects (law 9)', (_, spec, replaces) => {
  expect(readOwnerStatus({ spec }).replaces).toBe(replaces);
});
