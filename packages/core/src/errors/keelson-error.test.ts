import { expect, it } from 'vitest';
import { isKeelsonError, KeelsonError } from './keelson-error.ts';

class SampleError extends KeelsonError<'broken'> {
  override readonly name = 'SampleError';
}

it('KeelsonError keeps its message, code, cause and whether a retry helps', () => {
  const cause = new Error('disk');

  const error = new SampleError('The shelf is broken.', { code: 'broken', retryable: true, cause });

  expect(error).toMatchObject({ message: 'The shelf is broken.', code: 'broken', retryable: true, cause });
});

it('KeelsonError has no cause where none is given', () => {
  expect(new SampleError('The shelf is broken.', { code: 'broken', retryable: false })).not.toHaveProperty('cause');
});

it('isKeelsonError recognises an error of another copy of the package', () => {
  expect(isKeelsonError(Object.assign(new Error('away'), { code: 'unavailable', retryable: true }))).toBe(true);
});

it.each([
  ['an error of Node', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
  ['an abort', new DOMException('stopped', 'AbortError')],
  ['an object that is no error', { code: 'unavailable', retryable: true }],
  ['nothing', undefined],
])('isKeelsonError refuses %s', (_, value) => {
  expect(isKeelsonError(value)).toBe(false);
});
