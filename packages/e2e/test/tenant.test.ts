import { expect } from 'vitest';
import { attacks } from '../src/attacks/all.ts';
import { mark, openAttacker, password } from '../src/attacks/attacker.ts';
import { runAttack } from '../src/attacks/run-attack.ts';
import { openVictim, revision, victimApp } from '../src/attacks/victim.ts';
import { onClusters } from '../src/on-clusters.ts';
import { startKeelson } from '../src/start-keelson.ts';

onClusters('a tenant beside another one', (it) => {
  it.for(attacks.map((attack) => [attack.name, attack] as const))(
    'a push is rolled out while a neighbour %s, and nothing of the neighbour is written or shown (law 17)',
    async ([, attack], { ns }) => {
      const victim = await openVictim(ns);
      const namespaces = [ns.name, `${ns.name}-${mark}`];
      const { url } = await startKeelson({ ...ns, config: { ...ns.config, namespaces } }, 'here');
      await ns.checked(victimApp);
      const attacker = await openAttacker(ns, {
        api: url,
        victimImage: victim.image,
        nextImage: victim.nextImage,
        size: 'small',
      });
      const running = await runAttack(attack, attacker);

      const pushed = await victim.push();
      // A hint may be refused while there are too many; a check that somebody requests is not.
      if (!(await victim.notify(url))) await ns.check(victimApp);
      const { changes } = await ns.rolledOut(victimApp, pushed);
      await running.stop();

      expect(changes[0]?.to.commit).toBe(revision);
      expect(await attacker.seen()).not.toContain(password);
      expect(await victim.seen(url)).not.toContain(mark);
      expect((await ns.history.workload(ns.id(victimApp)))?.record.warnings).toEqual([]);
      expect(await ns.history.stopFor(ns.id(victimApp))).toBeUndefined();
      expect((await fetch(`${url}/api/v1/workloads`)).status).toBe(200);
    },
  );
});
