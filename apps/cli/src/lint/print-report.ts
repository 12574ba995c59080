import type { Finding, Report, Severity } from '@keelson/lint';
import { atLeast, nameOf } from '@keelson/lint';
import pc from 'picocolors';
import type { Output } from '../output.ts';

type Colors = ReturnType<typeof pc.createColors>;

const paints: Readonly<Record<Severity, (colors: Colors, text: string) => string>> = {
  error: (colors, text) => colors.red(text),
  warning: (colors, text) => colors.yellow(text),
  info: (colors, text) => colors.dim(text),
};

export interface PrintOptions {
  readonly level: Severity;
  readonly output: Output;
}

/** Prints a report for people: grouped by file, each finding with its remedy below it, and a count at the end. */
export function printReport(report: Report, { level, output }: PrintOptions): void {
  const colors = pc.createColors(output.colors);
  const shown = report.findings.filter(({ severity }) => atLeast(severity, level));
  for (const [name, group] of Map.groupBy(shown, ({ location }) => nameOf(location))) {
    output.write(`${colors.bold(name)}\n`);
    for (const finding of group) output.write(`${entry(finding, colors)}\n`);
    output.write('\n');
  }
  output.write(`${summary(report, shown.length, colors)}\n`);
}

function entry({ code, severity, location, message, remedy }: Finding, colors: Colors): string {
  const position = location.line === undefined ? '' : `${location.line}:${location.column ?? 1}`;
  const head = `  ${position.padStart(7)}  ${paints[severity](colors, severity.padEnd(7))}  ${message}`;
  const below = ' '.repeat(20);
  return `${head} ${colors.dim(code)}\n${below}${colors.dim('→')} ${remedy}`;
}

function summary({ counts, findings, read, origin }: Report, shown: number, colors: Colors): string {
  const files = origin === 'repository' ? `${many(read.files, 'file')}, ` : '';
  const linted = `${files}${many(read.objects, 'object')}, ${many(read.workloads, 'workload')}, ${read.followed} of them followed`;
  if (findings.length === 0) return `${colors.green('Nothing found')} in ${linted}.`;
  const rest = findings.length - shown;
  const hidden = rest === 0 ? '' : ` ${rest} not shown.`;
  return `${many(counts.error, 'error')}, ${many(counts.warning, 'warning')}, ${many(counts.info, 'info')} in ${linted}.${hidden}`;
}

function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
