import { randomBytes } from 'node:crypto';
import type { Attack } from './attack.ts';
import { mark, numbered } from './attacker.ts';

const revision = 'org.opencontainers.image.revision';
const mebibyte = 1024 * 1024;
/** Nothing makes it smaller. */
const text = (bytes: number) => `${mark} ${randomBytes((bytes * 3) / 4).toString('base64')}`;

/** Images that say megabytes of themselves, in the manifest and in the config. */
export const labels: Attack = {
  name: 'pushes images whose labels have megabytes',
  async begin({ deploy, push, checked, amount }) {
    const names = numbered('label', amount(2, 100));
    for (const name of names) {
      await push(name);
      await deploy(name);
    }
    await checked(...names);
    return async (count) => {
      const inManifest = { annotations: { [revision]: text(3.5 * mebibyte) } };
      const inConfig = { labels: { [revision]: text(0.9 * mebibyte) } };
      await push(`label-${count % amount(2, 100)}`, count % 3 === 2 ? inConfig : inManifest);
    };
  },
};
