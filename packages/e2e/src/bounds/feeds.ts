import type { Bound } from '@keelson/core';
import type { Feed } from './feed.ts';
import { ofAnnotations } from './of-annotations.ts';
import { ofImages } from './of-images.ts';
import { ofRequests } from './of-requests.ts';
import { ofRollouts } from './of-rollouts.ts';

/** Does not compile without one for each bound. */
export const feeds: Readonly<Record<Bound, Feed>> = { ...ofAnnotations, ...ofImages, ...ofRollouts, ...ofRequests };
