import type { Copy, From, Instruction as Parsed, Run } from 'dockerfile-ast';
import { DockerfileParser } from 'dockerfile-ast';
import { RefusedError } from '../docker-error.ts';
import type { Instruction } from './instruction.ts';
import { mistake } from './instruction.ts';

const known = new Set([
  ...['FROM', 'ARG', 'ENV', 'LABEL', 'WORKDIR', 'COPY', 'RUN', 'USER'],
  ...['EXPOSE', 'CMD', 'ENTRYPOINT', 'STOPSIGNAL', 'HEALTHCHECK'],
]);

const instead: Readonly<Record<string, string>> = {
  ADD: ' Use COPY.',
  MAINTAINER: ' Use LABEL org.opencontainers.image.authors.',
};

/**
 * Reads a Dockerfile and refuses, with line and instruction, what the laptop's docker does not do.
 *
 * @throws DockerError
 */
export function readDockerfile(text: string): readonly Instruction[] {
  const parsed = DockerfileParser.parse(text);
  const escapeChar = parsed.getEscapeCharacter();
  const instructions = parsed.getInstructions().map((each): Instruction => {
    return {
      line: each.getRange().start.line + 1,
      keyword: each.getKeyword(),
      flags: readFlags(each),
      text: each.getArgumentsContent()?.trim() ?? '',
      escapeChar,
    };
  });
  for (const instruction of instructions) check(instruction);
  if (!instructions.some(({ keyword }) => keyword === 'FROM')) {
    throw new RefusedError('The Dockerfile has no FROM: an image starts from something, if only FROM scratch.');
  }
  return instructions;
}

function check(instruction: Instruction): void {
  const { keyword, text } = instruction;
  if (!known.has(keyword)) {
    const hint = instead[keyword] ?? '';
    throw mistake(instruction, `the laptop's docker does not know this instruction; a real one may.${hint}`);
  }
  if (text === '') throw mistake(instruction, 'nothing follows it.');
  if (['COPY', 'RUN'].includes(keyword) && /(?:^|\s)<<-?["']?\w/.test(text)) {
    throw mistake(instruction, "the laptop's docker reads no here-documents (<<).");
  }
}

function readFlags(parsed: Parsed): Instruction['flags'] {
  if (!takesFlags(parsed)) return [];
  return parsed.getFlags().map((flag) => ({ name: flag.getName(), value: flag.getValue() ?? undefined }));
}

function takesFlags(parsed: Parsed): parsed is From | Copy | Run {
  return ['FROM', 'COPY', 'RUN'].includes(parsed.getKeyword());
}
