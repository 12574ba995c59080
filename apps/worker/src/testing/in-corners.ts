import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Corner } from './corner.ts';
import { openCorner } from './corner.ts';
import type { Place, PlaceOptions } from './place.ts';
import { startPlace } from './place.ts';

/** Registers a place for this test file, and a corner of it for each of its tests: `begin` is given that before the test, and may prepare it. */
export function inCorners(begin: (corner: Corner) => void | Promise<void>, options: PlaceOptions = {}): void {
  let place: Place;
  let corner: Corner;
  beforeAll(async () => {
    place = await startPlace(options);
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    corner = await openCorner(place);
    await begin(corner);
  });
  afterEach(() => corner.close());
}
