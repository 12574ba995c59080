import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Attack } from './attack.ts';

const hosts = ['127.0.0.1', 'localhost', '0.0.0.0', '2130706433'];

/** Images that are said to be on the machine of the worker, or on its link. */
export const localAddresses: Attack = {
  name: "checks images at the worker's own addresses",
  async begin({ deploy, checked, onClose }) {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onClose(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const images = [...hosts.map((host) => `${host}:${port}`), '169.254.169.254'].map(
      (host) => `${host}/secrets/app:latest`,
    );
    for (const [index, image] of images.entries()) await deploy(`local-${index}`, { image });
    await checked(...images.map((_, index) => `local-${index}`));
    return async () => {
      if (connections > 0) throw new Error(`${connections} connections came to a port of this machine.`);
    };
  },
};
