import manifest from '../package.json' with { type: 'json' };

/**
 * What the app knows about itself: its name and version from package.json, commit and build time from the image, the environment from the
 * manifest, and its pod, whose name Kubernetes puts into HOSTNAME. Missing values are "unknown", as in a build by hand.
 */
export function aboutFrom(env) {
  return {
    name: manifest.name,
    version: manifest.version,
    commit: env.COMMIT || 'unknown',
    buildTime: env.BUILD_TIME || 'unknown',
    environment: env.ENVIRONMENT || 'development',
    pod: env.HOSTNAME || 'unknown',
  };
}
