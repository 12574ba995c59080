import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { mark, numbered } from './attacker.ts';

const auths = (host: string) => ({ auths: { [host]: { username: mark, password: 'wrong' } } });

/** The victim's image, checked each second with credentials that its registry refuses. */
export const refusedSecrets: Attack = {
  name: "checks the victim's image with a wrong pull secret",
  async begin({ namespace, kube, deploy, checked, victimImage }) {
    const config = JSON.stringify(auths(victimImage.split('/')[0] ?? ''));
    await kube.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/secrets`,
      body: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'wrong' },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
      },
    });
    const names = numbered('refused', 10);
    for (const name of names) await deploy(name, { image: victimImage, imagePullSecrets: ['wrong'] });
    await checked(...names);
    return nothingMore;
  },
};
