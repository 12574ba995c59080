import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';

/** Whose share a request uses: its token, and the address of its connection with it. A proxy counts as one address. */
export function senderOf(c: Context<ApiEnv>): { readonly token: string; readonly sender: string } {
  const token = c.get('access').name;
  return { token, sender: `${token} ${c.env?.incoming?.socket.remoteAddress ?? ''}` };
}
