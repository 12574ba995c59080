import { onTestFinished } from 'vitest';
import { fields, text } from '../../src/fields.ts';
import type { KubeHttp } from '../../src/index.ts';
import { connect } from '../../src/index.ts';
import { kubeconfigFor } from '../support/fake-api.ts';
import type { ContractCluster } from './harness.ts';

type Access = NonNullable<ContractCluster['access']>;

/** Makes a service account, and signs in as it. Only where roles are enforced. */
export async function signIn(
  http: KubeHttp,
  { server, ca }: Access,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<KubeHttp> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await http.request({ method: 'POST', path: accounts, body: { metadata: { name } } });
  const answer = await http.request({ method: 'POST', path: `${accounts}/${name}/token`, body: { spec: {} } });
  const config = JSON.parse(kubeconfigFor(server, { token: text(fields(fields(answer).status).token) }));
  config.clusters[0].cluster['certificate-authority-data'] = Buffer.from(ca ?? '').toString('base64');
  const signedIn = await connect({ kubeconfigText: JSON.stringify(config) });
  onTestFinished(() => signedIn.close());
  return signedIn;
}

interface Attributes {
  readonly namespace?: string;
  readonly group: string | undefined;
  readonly resource: string | undefined;
  readonly verb: string | undefined;
}

/** Whether a rule is in force: the API server learns of new roles by a watch of its own. */
export async function may(http: KubeHttp, resourceAttributes: Attributes): Promise<boolean> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const answer = await http.request({ method: 'POST', path, body: { spec: { resourceAttributes } } });
  return fields(fields(answer).status).allowed === true;
}
