import { expect, it } from 'vitest';
import { digest, firstImage } from '../../../test/support/objects.ts';
import { fields, list } from '../../fields.ts';
import { changePins } from './change-pins.ts';
import { readKustomization } from './kustomization.ts';

/** The target of the patch that pins a workload, in a Kustomization with these settings. */
function targetIn(spec: object, name: string): unknown {
  const read = readKustomization({ metadata: { name: 'apps', namespace: 'flux-system', uid: 'u' }, spec });
  if (read === undefined) throw new Error('no Kustomization');
  const workload = { kind: 'Deployment', namespace: 'shop', name } as const;
  const pin = { ...workload, container: 'app', init: false, image: firstImage, digest: digest('a') };
  const change = { workload, dropped: () => true, wanted: [{ ...pin, byPatch: true, isFirst: false }] };
  const [patches] = changePins(read, change);
  const [entry] = list(fields(patches).value);
  return fields(entry).target;
}

it.each<[string, object, string, string, string]>([
  ['nothing', {}, 'web', '^web$', '^shop$'],
  ['a namespace', { targetNamespace: 'shop' }, 'web', '^web$', '^(shop|default)$'],
  ['a prefix', { namePrefix: 'prod-' }, 'prod-web', '^web$', '^shop$'],
  ['prefix and suffix', { namePrefix: 'prod-', nameSuffix: '.eu' }, 'prod-web.eu', '^web$', '^shop$'],
  ['a prefix that a rename has not reached yet', { namePrefix: 'prod-' }, 'web', '^web$', '^shop$'],
])('a patch in a Kustomization that sets %s targets the object as git names it (law 9)', (...given) => {
  const [, spec, live, name, namespace] = given;

  expect(targetIn(spec, live)).toEqual({ group: 'apps', kind: 'Deployment', name, namespace });
});
