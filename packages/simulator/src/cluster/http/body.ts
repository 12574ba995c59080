import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { badRequest, unsupportedBody } from '../api-error.ts';

export async function readBody(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

/** The media type alone: `application/json` of `application/json; charset=utf-8`. */
export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** YAML as the API server reads it: 1.1, where `yes` and `y` are booleans. Throws 400. */
export function yaml(text: string): unknown {
  try {
    return parseYaml(text, { version: '1.1' });
  } catch (error) {
    throw badRequest(
      `error encoding patch: yaml: ${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'}`,
    );
  }
}

export function json(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(complaint, error);
  }
}

/** The body of POST and PUT. Throws 415 for another media type, 400 for a body that is none. */
export function objectBody(request: IncomingMessage, text: string, kind: string): unknown {
  const type = mediaType(request);
  const complaint = `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error`;
  if (type === 'application/json' || type === '') return json(text, complaint);
  if (type === 'application/yaml') return yaml(text);
  throw unsupportedBody();
}
