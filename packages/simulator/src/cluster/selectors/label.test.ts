import { describe, expect, it } from 'vitest';
import { labelSelector, matchesSelector } from './label.ts';

const labels = { app: 'web', tier: 'front', 'a.b/c': 'x' };

describe('label selectors', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['missing!=web', true],
    ['app=web,tier=back', false],
    ['app in (api,web)', true],
    ['app notin (api, web)', false],
    ['missing notin (a)', true],
    ['tier', true],
    ['!tier', false],
    ['!missing', true],
    ['a.b/c=x', true],
    ['app in (web),tier,a.b/c!=y', true],
  ])('the selector %s matches: %s', (text, matches) => {
    expect(labelSelector(text)?.(labels)).toBe(matches);
  });

  it.each(['a=b,,', '=', 'a in b', 'a b'])('the selector %j is refused', (text) => {
    expect(() => labelSelector(text)).toThrow(expect.objectContaining({ code: 400 }));
  });

  it.each([
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'api' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, true],
    [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
    [{}, true],
  ])('the LabelSelector %j matches: %s', (selector, matches) => {
    expect(matchesSelector(selector, labels)).toBe(matches);
  });
});
