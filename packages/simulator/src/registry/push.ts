/** Pushing what is made already, for programs that start often: the rest of this package takes five times as long to load. */
export { pushContent } from './push-content.ts';
export { PushSession } from './push-session.ts';
