import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { postRenderersDigest } from './post-renderers-digest.ts';

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const target = { name: 'web', kind: 'Deployment', group: 'apps' };

it.each<[string, readonly unknown[], string]>([
  ['an empty list', [], '[]'],
  ['an element without kustomize', [{}], '[{}]'],
  ['an element with nothing in it', [{ kustomize: {} }], '[{"kustomize":{}}]'],
  [
    'an image with its fields in another order',
    [{ kustomize: { images: [{ digest: 'sha256:a', newTag: '1', newName: 'b', name: 'a' }] } }],
    '[{"kustomize":{"images":[{"name":"a","newName":"b","newTag":"1","digest":"sha256:a"}]}}]',
  ],
  [
    'empty and unknown fields',
    [{ kustomize: { images: [{ name: 'a', newTag: '', other: 'x' }], patches: [] } }],
    '[{"kustomize":{"images":[{"name":"a"}]}}]',
  ],
  [
    'patches before images, and signs that HTML knows',
    [{ kustomize: { images: [{ name: 'a' }], patches: [{ target, patch: 'a < b & "c" > d\n\u2028' }] } }],
    '[{"kustomize":{"patches":[{"patch":"a \\u003c b \\u0026 \\"c\\" \\u003e d\\n\\u2028","target":{"group":"apps","kind":"Deployment","name":"web"}}],"images":[{"name":"a"}]}}]',
  ],
])('postRenderersDigest of %s is that of the JSON of Go', (_, postRenderers, json) => {
  expect(postRenderersDigest(postRenderers)).toBe(sha256(`${json}\n`));
});

it('postRenderersDigest of no list is empty', () => {
  expect(postRenderersDigest(undefined)).toBe('');
});
