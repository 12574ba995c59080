import { z } from 'zod';

/** The settings that the forge gives its `docker`, in a JSON file that the program on PATH names. */
export const dockerSettings = z.object({
  /** Folder for images between build and push. */
  store: z.string(),
  /** Where a registry of an image's name really is: `registry.gitlab.com` → `http://127.0.0.1:5000`. */
  mirrors: z.record(z.string(), z.url({ protocol: /^http$/ })),
  /** The environment of every RUN, besides its ARG and ENV. */
  tools: z.record(z.string(), z.string()),
});

export type DockerSettings = z.infer<typeof dockerSettings>;

/** What a command of `docker` works with. */
export interface DockerContext {
  readonly settings: DockerSettings;
  /** Folder of config.json. */
  readonly configFolder: string;
  /** Where relative paths of the command line start. */
  readonly cwd: string;
  /** What was piped in. */
  readonly readInput: () => Promise<string>;
  readonly say: (line: string) => void;
  /** To standard error. */
  readonly warn: (line: string) => void;
}
