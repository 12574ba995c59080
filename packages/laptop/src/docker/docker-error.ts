/** What this `docker` tried and could not do. The message is a whole sentence for the person at the terminal. */
export class DockerError extends Error {
  override readonly name: string = 'DockerError';
  readonly exitCode: 1 | 2 = 1;
}

/** What it did not understand, or does not do: trying again never helps. */
export class RefusedError extends DockerError {
  override readonly name = 'RefusedError';
  override readonly exitCode = 2;
}
