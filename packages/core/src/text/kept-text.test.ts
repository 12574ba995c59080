import { describe, expect, it } from 'vitest';
import { keptLog, keptMessage, keptMessageLines } from './kept-text.ts';

describe('what is kept of a text', () => {
  it('a message is kept in one line, masked, escaped and shortened', () => {
    expect(keptMessage('\u202Ea\npassword=hunter2')).toBe('\\u202ea\\npassword=[secret]');
    expect(keptMessage('word '.repeat(1_000))).toMatch(/^(?:word )+.*…$/);
    expect(keptMessage('word '.repeat(1_000))).toHaveLength(1_000);
  });

  it('keeping a message again keeps the same', () => {
    const once = keptMessage(`\u001B[31mtoken: hunter2\n${'word '.repeat(1_000)}`);

    expect(keptMessage(once)).toBe(once);
  });

  it('a message that may be the end of a log is kept without its first line, which may begin within a secret', () => {
    const rest = `${'word '.repeat(500)}\nend`;

    expect(keptMessageLines(`ter2\n${rest}`)).toMatch(/^word /);
    expect(keptMessageLines('short\nend')).toBe('short\nend');
  });

  it('the end of a log is kept, without its first line where that was cut', () => {
    expect(keptLog('ter2\npassword=hunter2\n\u001B[2K', true)).toBe('password=[secret]\n\\x1b[2K');
    expect(keptLog(`${'word '.repeat(1_000)}end`)).toMatch(/^….*end$/);
    expect(keptLog(`${'word '.repeat(1_000)}end`)).toHaveLength(4_000);
  });
});
