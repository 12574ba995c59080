import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { mark, numbered, password } from './attacker.ts';

const entry = { username: mark, password };
const many = Object.fromEntries(numbered('registry', 10_000).map((name) => [`${name}.test`, entry]));
/** What Secrets of this type may hold: the API server takes a JSON object of up to a mebibyte, not too deep. */
const contents = [
  JSON.stringify({ auths: many }),
  `{"auths":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  JSON.stringify({ auths: { '*': entry, '**.test': entry, '': entry } }),
  JSON.stringify({ auths: { ['a'.repeat(30_000)]: { auth: password } } }),
  '{"auths":[]}',
];

/** Pull secrets that are large, deep, odd or not there, of workloads that are checked each second. */
export const pullSecrets: Attack = {
  name: 'has pull secrets that are huge, odd or missing',
  async begin({ namespace, kube, deploy, push, checked, amount }) {
    const secrets = numbered('odd', contents.length);
    for (const [index, text] of contents.entries()) {
      const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
      const type = 'kubernetes.io/dockerconfigjson';
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: secrets[index] }, type, data };
      await kube.request({ method: 'POST', path: `/api/v1/namespaces/${namespace}/secrets`, body });
    }
    const names = numbered('secret', amount(5, 100));
    for (const name of names) {
      await push(name);
      await deploy(name, { imagePullSecrets: [...secrets, ...numbered('missing', amount(30, 100))] });
    }
    await checked(...names);
    return nothingMore;
  },
};
