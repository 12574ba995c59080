import type { IncomingHttpHeaders } from 'node:http';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For messages: the registry's host with its port. */
  readonly host: string;
  /** For messages: `the digest of ops/myapp:latest`. */
  readonly subject: string;
  readonly maxBodyBytes: number;
  /** Reads on where the body of a 200 is long. @default at once */
  readonly inLine?: (read: () => Promise<Buffer>) => Promise<Buffer>;
  /** Runs what decompresses the body of a 200. @default at once */
  readonly toDecompress?: (run: () => Promise<Buffer>) => Promise<Buffer>;
  /** Whether it is for what a digest names, and not for what a tag means. @default false */
  readonly isContent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  /** That of the request. */
  readonly method: HttpRequest['method'];
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
