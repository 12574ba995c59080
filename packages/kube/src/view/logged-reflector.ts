import { KubeError } from '../http/kube-error.ts';
import type { KubeLog } from '../log.ts';
import type { ReflectOptions, Reflector } from '../watch/reflect.ts';
import { reflect } from '../watch/reflect.ts';

/** A reflector that tells its troubles to the log: a refusal once, since it is asked for again and again without end. */
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
        forbidden ? 'not allowed to watch; going on without' : 'a watch failed; it is tried again',
      );
    },
    onRecovered() {
      refused = false;
      log.info({ path }, 'watching again');
    },
  });
}
