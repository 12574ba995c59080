import { describe, expect, it } from 'vitest';
import { digest } from '../../test/support/objects.ts';
import { pinValue, readPinValue } from './pin-value.ts';

const [a, b] = [digest('a'), digest('b')];

describe('the value of a pin', () => {
  it.each([
    ['web:1', `web:1@${a}`],
    ['web', `web@${a}`],
    ['host:5000/team/web', `host:5000/team/web@${a}`],
    [`web:1@${b}`, `web:1@${b} web:1@${a}`],
    [`web@${b}`, `web@${b} web@${a}`],
  ])('pins %s by %s, and reads it again', (image, value) => {
    expect(pinValue(image, a)).toBe(value);
    expect(readPinValue(value)).toEqual({ from: image, digest: a });
  });

  it('reads a pin to another tag and repository', () => {
    expect(readPinValue(`web:1 host/web:2@${a}`)).toEqual({ from: 'web:1', digest: a });
  });

  it.each([
    undefined,
    '',
    ' ',
    'web:1',
    `@${a}`,
    `web:1@sha256:abc`,
    `web:1@${a}@${a}`,
    `web:1 web:1`,
    `web:1  web:1@${a}`,
    ` web:1@${a}`,
    `web:1@${a} `,
    `web:1 web:1@${a} x`,
    `web:1@${a.toUpperCase()}`,
    `web:1@docker://x@${a}`,
  ])('reads nothing from %j', (value) => {
    expect(readPinValue(value)).toBeUndefined();
  });
});
