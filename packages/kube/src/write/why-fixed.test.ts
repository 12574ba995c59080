import { expect, it } from 'vitest';
import { digest, firstImage } from '../../test/support/objects.ts';
import { workload } from '../../test/support/workload.ts';
import type { FluxOwner } from '../types.ts';
import { fixedWarnings } from './why-fixed.ts';

const a = digest('a');
const pinPolicy = {
  installed: false,
  replacesDigests: false,
  worksIn: () => false,
  refresh: () => Promise.resolve(),
  seen: () => undefined,
};
const apps: FluxOwner = { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' };

it.each<[string, FluxOwner, readonly RegExp[]]>([
  ['git', apps, [/git names its image with a digest/]],
  ['an entry of Keelson', { ...apps, pins: { app: a } }, []],
  ['an entry for another container', { ...apps, pins: { sidecar: a } }, [/git names/]],
  ['an entry with another digest', { ...apps, pins: { app: digest('b') } }, [/git names/]],
  [
    'an entry in what Keelson may no longer write',
    { ...apps, pins: { app: a }, readOnly: true },
    [/an entry of an earlier rollback in Kustomization flux-system\/apps .*verb patch on kustomizations/],
  ],
])('says why no push reaches a container whose digest is there by %s (law 16)', (_what, owner, messages) => {
  const given = { ...workload({ image: `${firstImage}@${a}` }), owner };

  const said = fixedWarnings(given, undefined, pinPolicy).map((warning) => warning.message);

  expect(said).toEqual(messages.map((message) => expect.stringMatching(message)));
});
