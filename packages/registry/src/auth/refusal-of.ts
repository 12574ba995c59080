import type { HttpResponse } from '../http/types.ts';

interface Refused {
  readonly problem: string;
  /** What to do, where another credential of the same kind is no help. */
  readonly advice?: string;
}

/** What a 401 or 403 refused, of the registry or of its realm. `sent`: how many credentials were sent. `given`: how many there are. */
export function refusalOf(
  { status, headers, says }: Pick<HttpResponse, 'status' | 'headers'> & { readonly says?: string | undefined },
  { sent, given }: { readonly sent: number; readonly given: number },
): Refused {
  if (sent === 1) return { problem: 'the only credential was refused' };
  if (sent > 1) return { problem: `all ${sent} credentials were refused` };
  if (status === 401 && says === undefined && headers['www-authenticate'] === undefined) {
    const problem = 'it names no way to authenticate (no WWW-Authenticate), so no credential can be sent';
    return { problem, advice: 'Check that a registry is served at this address, and whom it admits.' };
  }
  if (status === 403 && given > 0) {
    const problem = 'it refuses access without a demand for credentials, so none was sent';
    return { problem, advice: 'Check whom it admits: an allow list or a firewall may refuse this client.' };
  }
  if (given === 0) return { problem: 'it refuses requests without credentials' };
  const problem = 'it demands a username and password, and there is only an identity token, which was not sent';
  return { problem, advice: 'Give the workload a pull secret with a username and password for this host.' };
}
