import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { numbered } from './attacker.ts';

/** Many images that are not there, on the very registry that the victim's is on. */
export const missingImages: Attack = {
  name: "checks images each second that the victim's registry does not have",
  async begin({ deploy, known, victimImage, amount }) {
    const names = numbered('missing', amount(20, 300));
    for (const name of names) await deploy(name, { image: victimImage.replace(/:latest$/, `-${name}:latest`) });
    await known(names.at(-1) ?? '');
    return nothingMore;
  },
};
