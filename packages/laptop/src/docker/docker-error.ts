/** Why this `docker` failed. The message is for the user at the terminal. */
export class DockerError extends Error {
  override readonly name: string = 'DockerError';
  readonly exitCode: 1 | 2 = 1;
}

/** What it did not understand, or does not do: trying again never helps. */
export class RefusedError extends DockerError {
  override readonly name = 'RefusedError';
  override readonly exitCode = 2;
}
