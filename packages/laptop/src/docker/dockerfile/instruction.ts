import type { DockerError } from '../docker-error.ts';
import { RefusedError } from '../docker-error.ts';

/** One instruction of a Dockerfile, its continued lines joined and comments between them left out. */
export interface Instruction {
  /** Counted from 1. */
  readonly line: number;
  /** In capitals. */
  readonly keyword: string;
  /** `--name=value`; without `=` the value is undefined. */
  readonly flags: readonly { readonly name: string; readonly value: string | undefined }[];
  /** What follows keyword and flags, as written. */
  readonly text: string;
  /** `\` unless the file's `# escape=` says otherwise. */
  readonly escapeChar: string;
}

/** An error that names the line and what stands there. */
export function mistake({ line, keyword }: Instruction, why: string): DockerError {
  return new RefusedError(`Dockerfile line ${line}, ${keyword}: ${why}`);
}

/** Refuses every flag that is not among those named: one that does nothing must not pass for done. */
export function allowFlags(instruction: Instruction, ...names: readonly string[]): void {
  const unknown = instruction.flags.find(({ name }) => !names.includes(name));
  if (unknown !== undefined)
    throw mistake(instruction, `the laptop's docker does not know the flag --${unknown.name}.`);
}

/** The value of a flag that must have one; undefined where the flag is not there. The last one counts. */
export function flagValue(instruction: Instruction, name: string): string | undefined {
  const flag = instruction.flags.findLast((each) => each.name === name);
  if (flag === undefined) return undefined;
  if (flag.value === undefined || flag.value === '') throw mistake(instruction, `--${name} needs a value.`);
  return flag.value;
}
