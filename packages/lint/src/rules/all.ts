import { annotationPlaces } from './annotation-places.ts';
import { annotationValues } from './annotation-values.ts';
import { annotations } from './annotations.ts';
import { drift } from './drift.ts';
import { fluxSettings } from './flux-settings.ts';
import { keelDiffers } from './keel-differs.ts';
import { labelOverruled } from './label-overruled.ts';
import { neverBuilt } from './never-built.ts';
import { neverMatches } from './never-matches.ts';
import { noReplicas } from './no-replicas.ts';
import { onlyMutableTags } from './only-mutable-tags.ts';
import { pinned } from './pinned.ts';
import { probes } from './probes.ts';
import { races } from './races.ts';
import { reusesOldImage } from './reuses-old-image.ts';
import type { Rule } from './rule.ts';
import { sameObject } from './same-object.ts';
import { secrets } from './secrets.ts';
import { selectors } from './selectors.ts';
import { twoUpdaters } from './two-updaters.ts';

/** Every rule; docs/lint.md describes each. */
export const rules: readonly Rule[] = [
  annotations,
  annotationValues,
  annotationPlaces,
  labelOverruled,
  keelDiffers,
  neverMatches,
  races,
  sameObject,
  selectors,
  reusesOldImage,
  probes,
  noReplicas,
  neverBuilt,
  onlyMutableTags,
  pinned,
  fluxSettings,
  twoUpdaters,
  drift,
  secrets,
];
