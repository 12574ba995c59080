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

it('pickLabels cuts labels to 256 characters, without control characters', () => {
  const labels = {
    [`${prefix}revision`]: 'x'.repeat(3_500_000),
    [`${prefix}source`]: '\u001B[2Jhttps://\u202Eexample.com\n',
    [`${prefix}version`]: '😀'.repeat(300),
    [`${prefix}created`]: ' \n ',
  };

  expect(pickLabels([labels])).toEqual({
    revision: 'x'.repeat(256),
    source: '[2Jhttps://example.com',
    version: '😀'.repeat(256),
  });
});

it('pickLabels keeps the source, without the token with which CI cloned it (law 12)', () => {
  const revision = '8c3e1f4f0cf4a3f7e0a6b1a5f3c7d9e2b4a6c8d0';
  const source = 'https://gitlab-ci-token:hunter2@git.example/ops/app';

  expect(pickLabels([{ [`${prefix}revision`]: revision, [`${prefix}source`]: source }])).toEqual({
    revision,
    source: 'https://gitlab-ci-token:[secret]@git.example/ops/app',
  });
});

it.each(['revision', 'created', 'version'] as const)('pickLabels keeps no secret in the %s (law 12)', (key) => {
  const label = (text: string) => pickLabels([{ [`${prefix}${key}`]: text }])[key];

  expect(label('postgres://u:hunter2@db')).toBe('postgres://u:[secret]@db');
  expect(label('token=hunter2')).toBe('token=[secret]');
  expect(label('main@sha1:8c3e1f4f0cf4a3f7e0a6b1a5f3c7d9e2b4a6c8d0')).toContain('8c3e1f4f');
});
