import { describe, expect, it } from 'vitest';
import { escapeJson, escapeLines, escapeText } from './escape-text.ts';

describe('escapeText', () => {
  it.each([
    ['\u001B[2J', '\\x1b[2J'],
    ['\u001B]8;;https://a.example\u0007b', '\\x1b]8;;https://a.example\\x07b'],
    ['\u009B31m\u009D0;x\u009C\u0085', '\\x9b31m\\x9d0;x\\x9c\\x85'],
    ['\u0000\u0008\u000B\u000C\u007F', '\\x00\\x08\\x0b\\x0c\\x7f'],
    ['\u202A\u202E\u2066\u2069\u200E\u200F\u061C', '\\u202a\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c'],
    ['\u200B\u200C\u200D\u2060\uFEFF\u00AD', '\\u200b\\u200c\\u200d\\u2060\\ufeff\\xad'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\uD800x\uDC00', '\\ud800x\\udc00'],
    ['\u{E0041}\u{E007F}\u{E0101}\uFE0F', '\\u{e0041}\\u{e007f}\\u{e0101}\\ufe0f'],
    ['\u00A0\u3000\u3164\u115F\u2800', '\\xa0\\u3000\\u3164\\u115f\\u2800'],
    ['\uE000\uFFF9\uFFFF', '\\ue000\\ufff9\\uffff'],
  ])('writes what is not seen in %j', (text, expected) => {
    expect(escapeText(text)).toBe(expected);
    expect(escapeLines(text)).toBe(expected);
  });

  it('writes the ends of lines in one line, and keeps them in lines', () => {
    expect(escapeText('a\r\n\tb\rc')).toBe('a\\r\\n\\tb\\rc');
    expect(escapeLines('a\r\n\tb\rc')).toBe('a\n\tb\\rc');
  });

  it('leaves what is seen', () => {
    const text = 'Grüße, ✓ → 日本語 😀 e\u0301 \\x1b [31m';

    expect(escapeText(text)).toBe(text);
    expect(escapeLines(text)).toBe(text);
  });

  it('writes what JSON leaves as it is so that a parser reads the same', () => {
    const value = { 'a\u202E': '\u009B\u{E0041}\u2028\n\u001B é' };

    expect(escapeJson(JSON.stringify(value))).toBe('{"a\\u202e":"\\u009b\\udb40\\udc41\\u2028\\n\\u001b é"}');
    expect(JSON.parse(escapeJson(JSON.stringify(value, undefined, 2)))).toEqual(value);
  });
});
