import type { Ignore } from '../context/ignore.ts';
import type { Stage } from './stage.ts';

/** What the instructions of one build share. */
export interface BuildContext {
  /** The folder that COPY reads from. */
  readonly folder: string;
  readonly ignore: Ignore;
  /** `--build-arg`. */
  readonly buildArgs: ReadonlyMap<string, string>;
  /** ARGs before the first FROM, and those that BuildKit sets. */
  readonly globalArgs: Map<string, string>;
  /** Of every RUN, besides its ARG and ENV; PATH among them. */
  readonly tools: Readonly<Record<string, string>>;
  /** Built so far, in their order. */
  readonly stages: Stage[];
  /** An empty folder for each stage. */
  readonly newRoot: () => Promise<string>;
  readonly say: (line: string) => void;
}

/** An earlier stage, by name or number. */
export function findStage({ stages }: BuildContext, name: string): Stage | undefined {
  const wanted = name.toLowerCase();
  return stages.find((stage, place) => stage.name === wanted || String(place) === wanted);
}
