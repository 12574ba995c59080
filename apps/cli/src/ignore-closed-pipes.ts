/**
 * Lets a command end as usual, with its own exit code, when whoever reads its output stops: `keelson lint | head`. Without a listener Node
 * throws what is written after that.
 */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
