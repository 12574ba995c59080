import { z } from 'zod';

const words = z.array(z.string()).nullish();

/** What an image says of the containers made of it (OCI image configuration, as Docker writes it). */
const imageConfig = z.looseObject({
  config: z
    .looseObject({
      Env: words,
      Entrypoint: words,
      Cmd: words,
      WorkingDir: z.string().nullish(),
    })
    .nullish(),
});

export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Absolute, `/` where the image says nothing. */
  readonly workingDir: string;
}

/** @throws ZodError for what is no image configuration */
export function readImageConfig(json: string): ImageConfig {
  const { Env, Entrypoint, Cmd, WorkingDir } = imageConfig.parse(JSON.parse(json)).config ?? {};
  const pairs = (Env ?? []).map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
  });
  return {
    env: Object.fromEntries(pairs),
    entrypoint: Entrypoint ?? [],
    cmd: Cmd ?? [],
    workingDir: WorkingDir === undefined || WorkingDir === null || WorkingDir === '' ? '/' : WorkingDir,
  };
}
