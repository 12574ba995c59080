import zlib from 'node:zlib';
import { bounds } from '@keelson/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { clientFor, digestOf, imageAt, indexOf, serverFor } from './kit.ts';

/** The most bodies that were decompressed at the same time. */
function countGunzip(): { most: number } {
  const count = { most: 0 };
  onTestFinished(() => void vi.restoreAllMocks());
  const { gunzip } = zlib;
  let now = 0;
  vi.spyOn(zlib, 'gunzip').mockImplementation((body: zlib.InputType, ...[options, done]: unknown[]) => {
    count.most = Math.max(count.most, ++now);
    gunzip(body, options as zlib.ZlibOptions, (error, read) => {
      now--;
      (done as zlib.CompressCallback)(error, read);
    });
  });
  return count;
}

it('few bodies are decompressed at the same time, however many a namespace has sent: a kilobyte becomes a megabyte (law 17)', async () => {
  const body = JSON.stringify({ ...indexOf(), annotations: { padding: 'x'.repeat(bounds.manifestBytes - 1_000) } });
  const [packed, digest] = [zlib.gzipSync(body), digestOf(body)];
  const server = await serverFor(({ method }, response) => {
    if (method === 'HEAD') return response.writeHead(405).end();
    const headers = { 'content-type': 'application/vnd.oci.image.index.v1+json', 'content-encoding': 'gzip' };
    return response.writeHead(200, headers).end(packed);
  });
  const client = clientFor();
  const running = countGunzip();

  const read = Array.from({ length: 10 * bounds.longBodies }, (_, n) =>
    client.observe(imageAt(server, `ops/app-${n}:latest`), { share: `namespace-${n % 5}` }),
  );

  expect(new Set((await Promise.all(read)).map((one) => one.digest))).toEqual(new Set([digest]));
  expect(running.most).toBeLessThanOrEqual(bounds.longBodiesDecompressed);
});
