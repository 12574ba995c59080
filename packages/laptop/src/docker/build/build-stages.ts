import { copyTree } from '../context/copy-tree.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import { allowFlags, mistake } from '../dockerfile/instruction.ts';
import { WordError, words } from '../dockerfile/words.ts';
import { argValues } from './args.ts';
import { baseConfig } from './base.ts';
import type { BuildContext } from './build-context.ts';
import { findStage } from './build-context.ts';
import { configure } from './configure.ts';
import { copy } from './copy.ts';
import { runCommand } from './run-command.ts';
import type { Stage } from './stage.ts';
import { variablesOf } from './variables.ts';

/**
 * Runs the instructions one after another, and returns the stage that becomes the image.
 *
 * @param target `--target`: the stage to end with. @default the last one
 * @throws DockerError
 */
export async function buildStages(
  instructions: readonly Instruction[],
  context: BuildContext,
  target?: string,
): Promise<Stage> {
  let stage: Stage | undefined;
  for (const [place, instruction] of instructions.entries()) {
    const { keyword } = instruction;
    if (keyword === 'FROM' && stage !== undefined && isTarget(context, target)) break;
    context.say(`Step ${place + 1}/${instructions.length} : ${shown(instruction)}`);
    try {
      if (keyword === 'FROM') {
        stage = await from(instruction, context);
        context.stages.push(stage);
      } else if (stage === undefined) beforeFrom(instruction, context);
      else await step(instruction, stage, context);
    } catch (error) {
      if (error instanceof WordError) throw mistake(instruction, error.message);
      throw error;
    }
  }
  const wanted = target === undefined ? context.stages.at(-1) : findStage(context, target);
  const last = instructions.at(-1);
  if (wanted === undefined && last !== undefined)
    throw mistake(last, `no stage is called ${target}, which --target asks for.`);
  if (wanted === undefined) throw new Error('a Dockerfile without instructions was not refused');
  return wanted;
}

function isTarget(context: BuildContext, target: string | undefined): boolean {
  return target !== undefined && findStage(context, target) === context.stages.at(-1);
}

function beforeFrom(instruction: Instruction, context: BuildContext): void {
  if (instruction.keyword !== 'ARG') throw mistake(instruction, 'only ARG may stand before the first FROM.');
  const variables = Object.fromEntries(context.globalArgs);
  for (const [name, value] of argValues(instruction, variables, context)) context.globalArgs.set(name, value);
}

async function from(instruction: Instruction, context: BuildContext): Promise<Stage> {
  allowFlags(instruction, 'platform');
  if (instruction.flags.length > 0) context.say('  --platform has no effect: what runs here runs on this machine.');
  const parts = words(instruction.text, Object.fromEntries(context.globalArgs), instruction.escapeChar);
  const [image = '', as, name, ...more] = parts;
  const named = as?.toLowerCase() === 'as' && name !== undefined && more.length === 0;
  if (parts.length > 1 && !named) throw mistake(instruction, 'it has to be FROM image, or FROM image AS name.');
  if (image === '') throw mistake(instruction, 'the image is empty here: is its ARG declared before the first FROM?');
  const earlier = /^\d+$/.test(image) ? undefined : findStage(context, image);
  const config = earlier?.config ?? baseConfig(instruction, image);
  const root = await context.newRoot();
  if (earlier !== undefined)
    await copyTree({ root: earlier.root, path: '.' }, { within: root, path: root }, { mode: 'keep' });
  return { root, config, args: new Map(), ...(named ? { name: name.toLowerCase() } : {}) };
}

async function step(instruction: Instruction, stage: Stage, context: BuildContext): Promise<void> {
  const { keyword } = instruction;
  if (keyword === 'RUN') return await runCommand(instruction, stage, context);
  if (keyword === 'COPY') return await copy(instruction, stage, context);
  if (keyword === 'ARG') {
    const declared = argValues(instruction, variablesOf(stage), context);
    stage.args = new Map([...stage.args, ...declared]);
    return;
  }
  if (keyword === 'HEALTHCHECK') {
    context.say('  HEALTHCHECK has no effect: Kubernetes asks the probes of the manifest, and so does the laptop.');
    return;
  }
  await configure[keyword]?.(instruction, stage);
}

function shown({ keyword, flags, text }: Instruction): string {
  const given = flags.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`));
  return [keyword, ...given, text.replaceAll(/\s+/g, ' ')].join(' ');
}
