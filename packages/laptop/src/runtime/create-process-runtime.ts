import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerRuntime } from '@keelson/simulator/kubelet';
import { RegistryPuller } from '@keelson/simulator/kubelet';
import { ImageFolders } from './image-folders.ts';
import { Ports } from './ports.ts';
import type { StartedContainer } from './start-container.ts';
import { startContainer } from './start-container.ts';

export interface ProcessRuntimeOptions {
  /** Where images are unpacked and kept (`images/`), and where containers have their homes while they run (`homes/`). */
  readonly folder: string;
  /** Registry hosts and where they are reached over plain HTTP: those of the cluster. Loopback hosts need none. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

export interface ProcessRuntime extends ContainerRuntime {
  /** The processes that run now. */
  readonly pids: readonly number[];
  /** Kills what still runs. May be called again; images stay. */
  stop(): Promise<void>;
}

/**
 * A container runtime for development: each container is a process of this machine, as the user who runs it, with a folder of the
 * image's files and an environment of its own, and nothing that holds it there.
 */
export function createProcessRuntime({ folder, mirrors = {} }: ProcessRuntimeOptions): ProcessRuntime {
  const puller = new RegistryPuller(mirrors);
  const images = new ImageFolders(join(folder, 'images'), puller);
  const homes = join(folder, 'homes');
  const ports = new Ports();
  const running = new Set<StartedContainer>();
  let stopped = false;
  return {
    get pids() {
      return [...running].map(({ program }) => program.pid);
    },
    pull: async (request) => {
      await images.pull(request);
    },
    start: async (spec) => {
      const image = await images.get(spec.imageID);
      const container = await startContainer(spec, { image, ports, homes });
      running.add(container);
      void container.exited.then(() => running.delete(container));
      if (stopped) await container.stop(0);
      return container;
    },
    async stop() {
      stopped = true;
      await Promise.all([...running].map((container) => container.stop(0)));
      await rm(homes, { recursive: true, force: true });
      await puller.close();
    },
  };
}
