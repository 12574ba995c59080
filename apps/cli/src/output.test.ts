import { escapeText } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { createScreen } from './demo/screen.ts';
import { printDiagnosis } from './doctor/print-diagnosis.ts';
import { printReport } from './lint/print-report.ts';
import type { Output } from './output.ts';
import { createOutput } from './output.ts';

/** What hides, moves, recolours or turns text, begins a line of its own, or is a command to a CI service that reads the log. */
const nasty = [
  '\u001B[2K\u001B[1A',
  '\u001B[31m',
  '\u001B[8mhidden',
  '\u001B]8;;https://a.example\u0007here\u001B]8;;\u0007',
  '\u009B2K',
  '\u009D0;title\u009C',
  '\r  0:0  info',
  '\n::error file=a.yaml::forged',
  '\n##[error]forged',
  'section_start:1:x\r\u001B[0K',
  '\u0008\u0008\u007F',
  '\u202Ereversed\u202C',
  '\u2066isolated\u2069',
  'zero\u200Bwidth\uFEFF',
  '\u2028separated\u2029',
  '\u{E0041}\u{E0042}',
  '\uD800',
  '\u0085',
];

function printedBy(print: (output: Output) => void, colors: boolean): string {
  let printed = '';
  print(createOutput((text) => (printed += text), colors));
  return printed;
}

const location = (file: string) => ({ file, line: 1, column: 1 });

const printers: Readonly<Record<string, (text: string, output: Output) => void>> = {
  'keelson lint': (text, output) =>
    printReport(
      {
        version: 1,
        origin: 'repository',
        name: text,
        files: 1,
        read: { files: 1, objects: 1, workloads: 1, followed: 1 },
        counts: { error: 1, warning: 0, info: 0 },
        findings: [{ code: 'x', severity: 'error', location: location(text), message: text, remedy: text }],
      } as unknown as Parameters<typeof printReport>[0],
      { level: 'info', output },
    ),
  'keelson doctor': (text, output) =>
    printDiagnosis([{ status: 'missing', code: 'cluster', message: text, remedy: text }], output),
  'keelson demo': (text, output) => {
    const screen = createScreen(output.write);
    screen.line('log', text, text);
    screen.fact('git', text);
  },
};

describe.each(Object.entries(printers))('%s', (_, print) => {
  it.each(nasty)('shows %j escaped, in the line where it belongs (law 17)', (text) => {
    const usual = printedBy((output) => print('plain', output), false);

    const printed = printedBy((output) => print(`a${text}b`, output), false);

    expect(printed).toContain(`a${escapeText(text)}b`);
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(printed.split('\n')).toHaveLength(usual.split('\n').length);
  });
});

describe('createOutput', () => {
  it.each(nasty)('writes %j escaped, even where a printer forgot to (law 17)', (text) => {
    const printed = printedBy(({ write, paint }) => write(paint.red(text)), true);

    expect(printed.startsWith('\u001B[31m') && printed.endsWith('\u001B[39m')).toBe(true);
    expect(printed.slice(5, -5).replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it('writes colours on a terminal only', () => {
    const print = ({ write, paint }: Output) => write(paint.bold('a'));

    expect(printedBy(print, true)).toBe('\u001B[1ma\u001B[22m');
    expect(printedBy(print, false)).toBe('a');
  });

  it.each(nasty)('writes JSON with %j that a parser reads as it is and a terminal shows escaped (law 17)', (text) => {
    const printed = printedBy(({ writeJson }) => writeJson({ [text]: text }), false);

    expect(JSON.parse(printed)).toEqual({ [text]: text });
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });
});
