import { mkdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { below, staysInside } from '../context/inside.ts';
import { argvOf } from '../dockerfile/command.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import { mistake } from '../dockerfile/instruction.ts';
import { pairs } from '../dockerfile/pairs.ts';
import { expand, words } from '../dockerfile/words.ts';
import type { Stage } from './stage.ts';
import { variablesOf } from './variables.ts';

type Configure = (instruction: Instruction, stage: Stage) => void | Promise<void>;

/** The instructions that change nothing but the config (and WORKDIR, which also makes its folder). */
export const configure: Readonly<Record<string, Configure>> = {
  ENV: (instruction, stage) => {
    const env = new Map([...stage.config.env, ...pairsOf(instruction, stage)]);
    stage.config = { ...stage.config, env };
  },
  LABEL: (instruction, stage) => {
    const labels = new Map([...stage.config.labels, ...pairsOf(instruction, stage)]);
    stage.config = { ...stage.config, labels };
  },
  WORKDIR: async (instruction, stage) => {
    const workdir = posix.resolve(stage.config.workdir, textOf(instruction, stage));
    const folder = below(stage.root, workdir);
    if (!(await staysInside(stage.root, folder)))
      throw mistake(instruction, `${workdir} leads out of the image by a link.`);
    await mkdir(folder, { recursive: true });
    stage.config = { ...stage.config, workdir };
  },
  USER: (instruction, stage) => {
    stage.config = { ...stage.config, user: textOf(instruction, stage) };
  },
  STOPSIGNAL: (instruction, stage) => {
    stage.config = { ...stage.config, stopSignal: textOf(instruction, stage) };
  },
  EXPOSE: (instruction, stage) => {
    const ports = words(instruction.text, variablesOf(stage), instruction.escapeChar).map((port) => {
      if (!/^\d{1,5}(?:\/(?:tcp|udp))?$/.test(port)) {
        throw mistake(instruction, `${JSON.stringify(port)} is no port such as 3000 or 53/udp.`);
      }
      return port.includes('/') ? port : `${port}/tcp`;
    });
    stage.config = { ...stage.config, exposed: [...new Set([...stage.config.exposed, ...ports])] };
  },
  CMD: (instruction, stage) => {
    stage.config = { ...stage.config, cmd: argvOf(instruction.text) };
  },
  ENTRYPOINT: (instruction, stage) => {
    // What the base image would have been started with is no argument of another program.
    const { cmd: _, ...config } = stage.config;
    stage.config = { ...config, entrypoint: argvOf(instruction.text) };
  },
};

function pairsOf(instruction: Instruction, stage: Stage): readonly (readonly [string, string])[] {
  return pairs(instruction.text, variablesOf(stage), instruction.escapeChar);
}

function textOf(instruction: Instruction, stage: Stage): string {
  const text = expand(instruction.text, variablesOf(stage), instruction.escapeChar);
  if (text === '') throw mistake(instruction, `${instruction.text} is empty here: is its ARG declared in this stage?`);
  return text;
}
