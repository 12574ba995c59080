import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * A data folder for the control plane with a certificate on an elliptic curve: the API server would make two RSA keys, and sign each handshake
 * with one, at ten times the cost. undefined without openssl on PATH.
 */
export async function folderWithCertificate(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'kube-assets.'));
  const place = (name: string) => join(folder, 'certs', name);
  await mkdir(place(''));
  const files = ['-keyout', place('apiserver.key'), '-out', place('apiserver.crt')];
  try {
    await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...files, ...subject]);
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
}
