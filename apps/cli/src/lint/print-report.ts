import { escapeText } from '@keelson/core';
import type { Finding, Report, Severity } from '@keelson/lint';
import { atLeast, nameOf } from '@keelson/lint';
import type { Output } from '../output.ts';
import type { Paint } from '../paint.ts';

const paints: Readonly<Record<Severity, keyof Paint>> = { error: 'red', warning: 'yellow', info: 'dim' };

export interface PrintOptions {
  readonly level: Severity;
  readonly output: Output;
}

/** Prints a report for people: grouped by file, each finding with its remedy below it, and a count at the end. */
export function printReport(report: Report, { level, output }: PrintOptions): void {
  const { paint } = output;
  const shown = report.findings.filter(({ severity }) => atLeast(severity, level));
  for (const [name, group] of Map.groupBy(shown, ({ location }) => nameOf(location))) {
    output.write(`${paint.bold(escapeText(name))}\n`);
    for (const finding of group) output.write(`${entry(finding, paint)}\n`);
    output.write('\n');
  }
  output.write(`${summary(report, shown.length, paint)}\n`);
}

function entry({ code, severity, location, message, remedy }: Finding, paint: Paint): string {
  const position = location.line === undefined ? '' : `${location.line}:${location.column ?? 1}`;
  const head = `  ${position.padStart(7)}  ${paint[paints[severity]](severity.padEnd(7))}  ${escapeText(message)}`;
  const below = ' '.repeat(20);
  return `${head} ${paint.dim(code)}\n${below}${paint.dim('→')} ${escapeText(remedy)}`;
}

function summary({ counts, findings, read, origin }: Report, shown: number, paint: Paint): string {
  const files = origin === 'repository' ? `${many(read.files, 'file')}, ` : '';
  const linted = `${files}${many(read.objects, 'object')}, ${many(read.workloads, 'workload')}, ${read.followed} of them followed`;
  if (findings.length === 0) return `${paint.green('Nothing found')} in ${linted}.`;
  const rest = findings.length - shown;
  const hidden = rest === 0 ? '' : ` ${rest} not shown.`;
  return `${many(counts.error, 'error')}, ${many(counts.warning, 'warning')}, ${many(counts.info, 'info')} in ${linted}.${hidden}`;
}

function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
