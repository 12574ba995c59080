import { InvalidReferenceError, parseReference } from '@keelson/image';
import type { Instruction } from '../dockerfile/instruction.ts';
import { mistake } from '../dockerfile/instruction.ts';
import type { RunConfig } from './stage.ts';
import { emptyConfig } from './stage.ts';

/**
 * What an image that is pulled elsewhere is here. Nothing is pulled: the official Node images become an empty root, for which the laptop's own Node
 * stands in, and `scratch` is empty anyway.
 *
 * @throws DockerError for every other one
 */
export function baseConfig(instruction: Instruction, image: string): RunConfig {
  if (image === 'scratch') return emptyConfig;
  try {
    const { host, repository } = parseReference(image);
    if (host === 'docker.io' && repository === 'library/node') return { ...emptyConfig, cmd: ['node'] };
  } catch (error) {
    if (error instanceof InvalidReferenceError) throw mistake(instruction, error.message);
    throw error;
  }
  throw mistake(
    instruction,
    `the laptop's docker pulls no base images: it knows node:… (the laptop's own Node stands in) and scratch, not ${image}.`,
  );
}
