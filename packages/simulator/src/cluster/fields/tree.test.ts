import { describe, expect, it } from 'vitest';
import { pathsOf } from './element.ts';
import { difference, intersection, union } from './tree.ts';

const labels = { 'f:labels': { '.': {}, 'f:a': {} } };

describe('sets of fields', () => {
  it.each([
    [{ 'f:a': {} }, { 'f:a': { 'f:b': {} } }, { 'f:a': { '.': {}, 'f:b': {} } }],
    [labels, { 'f:labels': { 'f:b': {} } }, { 'f:labels': { '.': {}, 'f:a': {}, 'f:b': {} } }],
  ])('%j and %j together are %j', (a, b, expected) => {
    expect(union(a, b)).toEqual(expected);
  });

  it.each([
    [labels, { 'f:labels': { 'f:a': {} } }, { 'f:labels': {} }],
    [labels, { 'f:labels': {} }, { 'f:labels': { 'f:a': {} } }],
    [labels, labels, {}],
    [{ 'f:a': {}, 'f:b': {} }, { 'f:a': {} }, { 'f:b': {} }],
  ])('%j without %j is %j', (a, b, expected) => {
    expect(difference(a, b)).toEqual(expected);
  });

  it.each([
    [labels, { 'f:labels': { 'f:a': {}, 'f:b': {} } }, { 'f:labels': { 'f:a': {} } }],
    [{ 'f:a': {} }, { 'f:b': {} }, {}],
  ])('%j and %j share %j', (a, b, expected) => {
    expect(intersection(a, b)).toEqual(expected);
  });

  it('names paths as conflicts do: members of a level before what is below', () => {
    const container = { 'f:env': { 'k:{"name":"B"}': { 'f:value': {} } }, 'f:image': {} };

    expect(pathsOf({ 'f:spec': { 'f:containers': { 'k:{"name":"app"}': container } } })).toEqual([
      '.spec.containers[name="app"].image',
      '.spec.containers[name="app"].env[name="B"].value',
    ]);
  });
});
