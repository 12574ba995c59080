import { realClusterMissing } from '@keelson/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { Scene, SceneOptions } from './scene.ts';
import { openScene } from './scene.ts';
import type { Stage, StageKind, StageOptions } from './stage.ts';
import { startStage } from './stage.ts';

/** The stage of a test file and the scene of the test that runs. */
export interface Play {
  readonly kind: StageKind;
  readonly stage: Stage;
  readonly scene: Scene;
}

const kinds: readonly StageKind[] = ['simulated', 'real'];

/** Registers the same tests over the simulated cluster and over the real API server; says why where the latter is not there. */
export function onStages(
  name: string,
  tests: (play: Play) => void,
  options: Pick<StageOptions, 'notify' | 'mirrors' | 'beforeNodes'> & SceneOptions = {},
): void {
  for (const kind of kinds) {
    const missing = kind === 'real' ? realClusterMissing() : undefined;
    const title = `${name} (${kind} cluster${missing === undefined ? '' : `: skipped, ${missing}`})`;
    describe.skipIf(missing !== undefined)(title, () => {
      let stage: Stage | undefined;
      let scene: Scene | undefined;

      beforeAll(async () => {
        stage = await startStage(kind, options);
      });
      afterAll(async () => stage?.stop());
      beforeEach(async () => {
        scene = stage && (await openScene(stage, options));
      });
      afterEach(async () => scene?.close());

      tests({
        kind,
        get stage() {
          return there(stage);
        },
        get scene() {
          return there(scene);
        },
      });
    });
  }
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Used before the test began.');
  return value;
}
