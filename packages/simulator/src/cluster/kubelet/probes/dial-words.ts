import { isFields } from '../../json.ts';

/** As Go's client words a connection that did not come about or broke off. */
export function dialWords(error: Error, host: string, port: number): string {
  const code = isFields(error) ? error['code'] : undefined;
  if (code === 'ECONNREFUSED') return `dial tcp ${host}:${port}: connect: connection refused`;
  if (code === 'ECONNRESET') return 'EOF';
  return error.message;
}
