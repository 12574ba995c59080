import { expect, it } from 'vitest';
import { pickLabels } from './labels.ts';

const prefix = 'org.opencontainers.image.';

it('pickLabels takes each label from the first source that has it', () => {
  const annotations = { [`${prefix}revision`]: 'abc', [`${prefix}version`]: '' };
  const labels = { [`${prefix}revision`]: 'def', [`${prefix}version`]: '1.2.3', [`${prefix}vendor`]: 'nobody' };

  expect(pickLabels([annotations, labels], undefined)).toEqual({ revision: 'abc', version: '1.2.3' });
});

it.each([
  { label: '2026-01-01T00:00:00Z', config: '2025-01-01T00:00:00Z', created: '2026-01-01T00:00:00Z' },
  { label: undefined, config: '2025-01-01T00:00:00Z', created: '2025-01-01T00:00:00Z' },
])('is created at $created where the label says $label and the config $config', ({ label, config, created }) => {
  const labels = label === undefined ? null : { [`${prefix}created`]: label };

  expect(pickLabels([undefined, labels], config)).toEqual({ created });
});
