import type { Attack } from './attack.ts';
import { mark, numbered } from './attacker.ts';

const revision = 'org.opencontainers.image.revision';
const mebibyte = 1024 * 1024;

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
      const inManifest = { annotations: { [revision]: `${mark} `.repeat((3.5 * mebibyte) / 8) } };
      const inConfig = { labels: { [revision]: `${mark} `.repeat((0.9 * mebibyte) / 8) } };
      await push(`label-${count % amount(2, 100)}`, count % 3 === 2 ? inConfig : inManifest);
    };
  },
  everyMs: 250,
};
