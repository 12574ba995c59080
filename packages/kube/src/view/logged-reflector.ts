import { KubeError } from '../http/kube-error.ts';
import type { KubeLog } from '../log.ts';
import type { ReflectOptions, Reflector } from '../watch/reflect.ts';
import { reflect } from '../watch/reflect.ts';

/** A reflector that logs its failures; a 403 only once, since it is retried without end. */
export function loggedReflector<T>(
  log: KubeLog,
  options: Omit<ReflectOptions<T>, 'onTrouble' | 'onRecovered'>,
): Reflector {
  const { path } = options;
  let refused = false;
  return reflect<T>({
    ...options,
    onTrouble(error) {
      const forbidden = error instanceof KubeError && error.code === 'forbidden';
      if (forbidden && refused) return;
      refused = forbidden;
      log.warn(
        { err: error, path },
        forbidden ? 'watching is forbidden; continuing without it' : 'watch failed; retrying',
      );
    },
    onRecovered() {
      refused = false;
      log.info({ path }, 'watch resumed');
    },
  });
}
