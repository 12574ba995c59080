import type { ServerResponse } from 'node:http';
import { sleep } from '@keelson/core/wait';
import type { Call, Reply } from './call.ts';
import type { Fault } from './faults.ts';

const nobodysDigest = `sha256:${'0'.repeat(64)}`;

/** Sends a reply, spoilt by the fault if there is one. Returns the status that the client saw, if it saw one. */
export async function respond(
  response: ServerResponse,
  call: Call,
  reply: Reply,
  fault: Fault | undefined,
): Promise<number | undefined> {
  switch (fault?.type) {
    case 'hang':
      return undefined;
    case 'reset':
      response.socket?.resetAndDestroy();
      return undefined;
    case 'delay':
      await sleep(fault.ms);
      return send(response, call, reply);
    case 'status':
      return send(response, call, {
        status: fault.status,
        headers: fault.headers ?? {},
        body: Buffer.from(fault.body ?? ''),
      });
    case 'wrong-digest':
      return send(response, call, {
        status: reply.status,
        headers: { ...reply.headers, 'docker-content-digest': nobodysDigest },
        body: Buffer.concat([reply.body ?? Buffer.alloc(0), Buffer.from('\n')]),
      });
    case 'no-digest': {
      const { 'docker-content-digest': _, ...headers } = reply.headers ?? {};
      return send(response, call, { ...reply, headers });
    }
    case 'half-body':
      return half(response, reply);
    case 'stalled-body':
      response.writeHead(reply.status, { ...reply.headers }).flushHeaders();
      return reply.status;
    case 'endless-body':
      // What answers HEAD has no body to be without end.
      return call.method === 'HEAD' ? send(response, call, reply) : endless(response, reply);
    default:
      return send(response, call, reply);
  }
}

function send(response: ServerResponse, call: Call, reply: Reply): number {
  const body = reply.body ?? Buffer.alloc(0);
  const length = reply.status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(reply.status, { 'docker-distribution-api-version': 'registry/2.0', ...reply.headers, ...length });
  response.end(call.method === 'HEAD' ? undefined : body);
  return reply.status;
}

function half(response: ServerResponse, reply: Reply): number {
  const body = reply.body ?? Buffer.alloc(0);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(body.length) });
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
  return reply.status;
}

function endless(response: ServerResponse, reply: Reply): number {
  const { 'content-length': _, ...headers } = reply.headers ?? {};
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.writeHead(reply.status, headers);
  response.on('drain', more);
  more();
  return reply.status;
}
