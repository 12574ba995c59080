import type { WorkloadKind } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { templatePathOf } from './kinds.ts';
import { readWriters } from './writers.ts';

const digestKey = 'digest.keelson.sh/app';

interface Entry {
  readonly manager: string;
  readonly operation?: 'Apply' | 'Update';
  readonly time?: string;
  readonly subresource?: string;
  readonly apiVersion?: string;
}

/** Below `f:spec` › … › `f:template`. */
function ofTemplate(kind: WorkloadKind, { metadata, spec }: { metadata?: unknown; spec?: unknown }): unknown {
  const template = {
    ...(metadata === undefined ? {} : { 'f:metadata': metadata }),
    ...(spec === undefined ? {} : { 'f:spec': spec }),
  };
  return templatePathOf(kind)
    .toReversed()
    .reduce<unknown>((inner, key) => ({ [`f:${key}`]: inner }), template);
}

function entry({ operation = 'Update', time = '2026-11-23T00:00:00Z', ...rest }: Entry, fieldsV1: unknown): unknown {
  return { operation, time, apiVersion: 'apps/v1', fieldsType: 'FieldsV1', ...rest, fieldsV1 };
}

function writersOf(entries: readonly unknown[], kind: WorkloadKind = 'Deployment') {
  return readWriters(kind, { managedFields: entries });
}

describe('the writers', () => {
  it.each(['Deployment', 'CronJob'] as const)(
    'reads the field managers of a %s from its template and metadata',
    (kind) => {
      const spec = {
        'f:containers': {
          'k:{"name":"app"}': { '.': {}, 'f:image': {}, 'f:name': {} },
          'k:{"name":"proxy"}': { 'f:env': {} },
        },
        'f:initContainers': { '.': {}, 'k:{"name":"setup"}': { 'f:image': {} } },
      };
      const git = ofTemplate(kind, { spec });

      const writers = writersOf(
        [
          entry({ manager: 'kustomize-controller', operation: 'Apply' }, git),
          entry({ manager: 'keelson' }, { 'f:metadata': { 'f:annotations': { 'f:keelson.sh/state': {}, 'f:x': {} } } }),
        ],
        kind,
      );

      const flux = { manager: 'kustomize-controller', operation: 'Apply' };
      expect(writers).toEqual({
        'image:app': [flux],
        'image:setup': [flux],
        'keelson.sh/state': [{ manager: 'keelson', operation: 'Update' }],
      });
    },
  );

  it.each(['Deployment', 'CronJob'] as const)('reads the field managers of the pins of a %s', (kind) => {
    const annotations = { 'f:annotations': { '.': {}, [`f:${digestKey}`]: {}, 'f:retryable': {} } };

    const writers = writersOf(
      [entry({ manager: 'keelson', operation: 'Apply' }, ofTemplate(kind, { metadata: annotations }))],
      kind,
    );

    expect(writers).toEqual({ [digestKey]: [{ manager: 'keelson', operation: 'Apply' }] });
  });

  it('lists field managers newest first', () => {
    const owned = ofTemplate('Deployment', { spec: { 'f:containers': { 'k:{"name":"app"}': { 'f:image': {} } } } });

    const writers = writersOf([
      entry({ manager: 'no-time', time: '' }, owned),
      entry({ manager: 'first', time: '2026-11-22T23:59:59Z' }, owned),
      entry({ manager: 'last', time: '2026-11-23T00:00:01Z' }, owned),
      entry({ manager: 'middle', operation: 'Apply', time: '2026-11-23T00:00:00Z' }, owned),
    ]);

    expect(writers['image:app']?.map(({ manager }) => manager)).toEqual(['last', 'middle', 'first', 'no-time']);
  });

  it('lists a field manager once for two API versions, and twice for Apply and Update', () => {
    const owned = { 'f:metadata': { 'f:annotations': { 'f:keelson.sh/state': {} } } };

    const writers = writersOf([
      entry({ manager: 'helm', apiVersion: 'apps/v1beta1' }, owned),
      entry({ manager: 'helm' }, owned),
      entry({ manager: 'helm', operation: 'Apply' }, owned),
    ]);

    expect(writers['keelson.sh/state']).toEqual([
      { manager: 'helm', operation: 'Update' },
      { manager: 'helm', operation: 'Apply' },
    ]);
  });

  it('ignores the field manager of a subresource', () => {
    const owned = { 'f:metadata': { 'f:annotations': { 'f:keelson.sh/state': {} } } };

    expect(writersOf([entry({ manager: 'someone', subresource: 'status' }, owned)])).toEqual({});
  });

  it.each([
    [undefined],
    ['text'],
    [[null, 7, { manager: 'x' }]],
    [[entry({ manager: 'x' }, { 'f:metadata': 7 })]],
    [
      [
        entry(
          { manager: 'x' },
          ofTemplate('Deployment', { spec: { 'f:containers': { 'k:{"no': { 'f:image': {} } } } }),
        ),
      ],
    ],
  ])('finds no field managers in %j', (managedFields) => {
    expect(readWriters('Deployment', { managedFields })).toEqual({});
  });
});
