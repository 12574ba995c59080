import { expect, it } from 'vitest';
import { withFluxEntry } from './flux-entry.ts';

const naming = { name: 'shop', host: 'shop.com' };

const before = `# The apps.
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name:   apps
  namespace: flux-system
spec:
  path: ./apps/myapp   # the first
  prune: true
---
kind: Kustomization
metadata: { name: other }
spec: { path: ./apps/other }
`;

it('withFluxEntry adds a copy of the template at the end, and leaves the rest as it is', () => {
  const after = withFluxEntry(before, naming);

  expect(after).toBe(`${before}---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: shop
  namespace: flux-system
spec:
  path: ./apps/shop # the first
  prune: true
`);
});

it.each([
  ['no such app', before.replace('./apps/myapp', './apps/else')],
  ['invalid YAML', `spec:\n  path: ./apps/myapp\n  path: [`],
])('withFluxEntry says what is missing from a file with %s', (_, text) => {
  expect(() => withFluxEntry(text, naming)).toThrow(/clusters\/homelab\/apps\.yaml has no Kustomization with the path/);
});
