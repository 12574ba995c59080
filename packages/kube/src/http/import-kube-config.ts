import { registerHooks } from 'node:module';

const standIn = new URL('./no-typed-clients.ts', import.meta.url).href;

/**
 * Imports client-node's configuration without its typed clients. Its config.js imports all 800 generated models and APIs for one method that
 * creates such a client: 45 MB of memory and 0.3 s for something that is never called here. During the import a replacement is resolved instead,
 * which throws if it is ever called.
 */
export async function importKubeConfig(): Promise<typeof import('@kubernetes/client-node/dist/config.js')> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const generated = specifier === './gen/index.js' && context.parentURL?.includes('/@kubernetes/client-node/dist/');
      return generated ? { url: standIn, shortCircuit: true } : next(specifier, context);
    },
  });
  try {
    return await import('@kubernetes/client-node/dist/config.js');
  } finally {
    hooks.deregister();
  }
}
