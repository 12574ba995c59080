import { describe, expect, it } from 'vitest';
import { refSlug } from './ref-slug.ts';

describe('refSlug', () => {
  it.each([
    ['main', 'main'],
    ['staging', 'staging'],
    ['feature/Some_Thing', 'feature-some-thing'],
    ['a__b', 'a--b'],
    ['-x-', 'x'],
    ['Änderung', 'nderung'],
    ['x'.repeat(70), 'x'.repeat(63)],
    [`${'x'.repeat(62)}/y`, 'x'.repeat(62)],
  ])("refSlug turns %s into GitLab's slug", (ref, slug) => {
    expect(refSlug(ref)).toBe(slug);
  });
});
