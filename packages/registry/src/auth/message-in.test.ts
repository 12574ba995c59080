import { describe, expect, it } from 'vitest';
import { messageIn } from './message-in.ts';

const credential = { type: 'basic', username: 'dev', password: 'hunter2 ?' } as const;
const bodyOf = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('messageIn', () => {
  it.each([
    [{ details: 'incorrect username or password' }, 'incorrect username or password'],
    [{ errors: [{ code: 'UNAUTHORIZED', message: 'HTTP Basic: Access denied.' }] }, 'HTTP Basic: Access denied'],
    [{ error: 'invalid_grant', error_description: 'The token has expired.' }, 'The token has expired'],
    [{ error: 'invalid_grant' }, 'invalid_grant'],
    [{ errors: [], message: ' two\n\u001B[2Jlines\u202E ' }, 'two \\x1b[2Jlines\\u202e'],
    [{ errors: [{ message: 7 }], details: {} }, ''],
    [{ errors: 'all' }, ''],
    [[], ''],
    ['<html>not JSON</html>', ''],
    ['"a text"', ''],
    ['Account is locked.\n', ''],
    [{ errors: [{ code: 'UNAUTHORIZED', message: '', detail: 'password expired' }] }, 'password expired'],
    [{ errors: [{ code: 'DENIED', detail: [{ Type: 'repository' }] }] }, 'DENIED'],
    [{ error: { code: 401, message: 'expired' } }, 'expired'],
    [{ code: 401, msg: 'expired token' }, 'expired token'],
    ['', ''],
  ])('messageIn reads %j as %j', (value, expected) => {
    expect(messageIn(bodyOf(value), credential)).toBe(expected);
  });

  it.each([
    ['wrong password hunter2 ? of dev', 'wrong password [secret] of dev'],
    [`no user for ${Buffer.from('dev:hunter2 ?').toString('base64')}`, 'no user for [secret]'],
    [
      'see https://a.example/help?token=hunter2%20%3F#x for help',
      'see https://a.example/help?token=[secret]#x for help',
    ],
    ['see https://dev:pass@a.example/help', 'see https://dev:[secret]@a.example/help'],
    [`token ${'eyJhbGciOiJIUzI1NiJ9.'.repeat(3)} expired`, 'token [secret] expired'],
  ])('messageIn keeps secrets out of %j', (message, expected) => {
    expect(messageIn(bodyOf({ message }), credential)).toBe(expected);
  });

  it('messageIn is short, however long the response is', () => {
    const words = 'word '.repeat(1_000);

    expect(messageIn(bodyOf({ message: words }), undefined).length).toBeLessThanOrEqual(200);
    expect(messageIn(bodyOf({ message: words.repeat(100) }), undefined)).toBe('');
  });
});
