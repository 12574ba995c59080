import type { TestNamespace } from './test-namespace.ts';

/** One way in which a pushed image is bad. */
export interface BadImage {
  /** What the image says of itself, as the kubelets here read it. */
  readonly labels: Readonly<Record<string, string>>;
  /** How the verdict may say it. */
  readonly codes: readonly string[];
  /** What the workload says to have it noticed within seconds. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether it shows in an init container. */
  readonly init?: boolean;
  /** Status with which nodes are answered that ask for it. */
  readonly refused?: number;
}

const outcome = (name: string) => ({ 'sh.keelson.outcome': name });
/** Late enough for it to be seen complete before, on a machine that is busy too. */
const later = { 'sh.keelson.after': '3000' };
const deadline = { 'keelson.sh/deadline': '8s' };
const soak = { 'keelson.sh/soak': '7s' };

export const badImages = {
  'a crash': { labels: outcome('crash'), codes: ['crash-loop', 'restarting'] },
  'one that is never ready': { labels: outcome('unready'), codes: ['deadline-exceeded'], annotations: deadline },
  'one that no node can pull': { labels: {}, codes: ['image-not-found'], refused: 404 },
  'one that is killed for its memory': { labels: outcome('oom'), codes: ['out-of-memory'] },
  'one whose configuration is missing': {
    labels: outcome('config-error'),
    codes: ['container-config'],
    annotations: deadline,
  },
  'one whose program is missing': {
    labels: outcome('no-start'),
    // Between two tries a kubelet calls it a crash loop.
    codes: ['container-not-started', 'crash-loop'],
    annotations: deadline,
  },
  'a crash of its init container': {
    labels: outcome('crash'),
    codes: ['crash-loop', 'restarting'],
    annotations: { 'keelson.sh/init-containers': 'true' },
    init: true,
  },
  'a crash after it was ready': {
    labels: { ...outcome('late-crash'), ...later },
    codes: ['restarted', 'readiness-lost', 'crash-loop'],
    annotations: soak,
  },
  'readiness that does not last': {
    labels: { ...outcome('flap'), ...later },
    codes: ['readiness-lost'],
    annotations: soak,
  },
} as const satisfies Readonly<Record<string, BadImage>>;

export type BadKind = keyof typeof badImages;

/** Pushes it to `latest`. `fix`: nodes are no longer refused it. */
export async function pushBad(ns: TestNamespace, { labels, refused }: BadImage) {
  const digest = await ns.push('latest', labels);
  if (refused === undefined) return { digest, fix: () => undefined };
  return { digest, fix: ns.env.nodes.refuse(ns.repository, ['latest', digest], refused) };
}
