import { expect, it } from 'vitest';
import { kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import { Store } from './store.ts';

function object(uid: string, namespace: string | undefined, owner?: string): KubeObject {
  const ownerReferences =
    owner === undefined
      ? []
      : [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }];
  const metadata = { name: uid, uid, resourceVersion: '', ownerReferences, ...(namespace && { namespace }) };
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}

it('an object owns what names it in its own namespace, and nothing in others', () => {
  const store = new Store();
  const owner = object('set', 'shop');
  store.put(kinds.pod, object('own', 'shop', 'set'));
  store.put(kinds.pod, object('forged', 'mallory', 'set'));

  expect(store.ownedBy(owner).map(({ object: { metadata } }) => metadata.name)).toEqual(['own']);
});

it('an object without a namespace owns what names it in any', () => {
  const store = new Store();
  store.put(kinds.pod, object('mirrored', 'kube-system', 'node'));

  expect(store.ownedBy(object('node', undefined)).map(({ object: { metadata } }) => metadata.name)).toEqual([
    'mirrored',
  ]);
});
