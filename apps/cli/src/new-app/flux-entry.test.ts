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

it('adds a copy of the template at the end, and leaves what is there as it was written', () => {
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
  ['no YAML', `spec:\n  path: ./apps/myapp\n  path: [`],
])('says what it lacks when there is %s', (_, text) => {
  expect(() => withFluxEntry(text, naming)).toThrow(
    /clusters\/homelab\/apps\.yaml holds no Kustomization with the path/,
  );
});
