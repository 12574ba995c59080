import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

/** Code that reads what comes from outside. */
export interface Target {
  readonly name: string;
  /** How many of all inputs it gets, compared with others: those that wait for Redis or a socket get fewer. */
  readonly weight: number;
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  /** Makes one input; what is returned gives it to the code, and throws where that breaks the rule. */
  readonly input: (random: Random) => () => unknown;
  readonly close?: () => Promise<void>;
}

type Examples = readonly [string, ...string[]];

/** A function that reads a text: the inputs are made from these. */
export function readerOf(name: string, examples: Examples, read: (text: string) => unknown, weight = 10): Target {
  return inputsOf(
    name,
    (random) => {
      const text = mutate(random, random.pick(examples));
      return () => read(text);
    },
    weight,
  );
}

/** Code without anything to open. */
export function inputsOf(name: string, input: OpenTarget['input'], weight = 10): Target {
  return { name, weight, open: async () => ({ input }) };
}
