import { bounds } from '@keelson/core';
import { z } from 'zod';

/** Milliseconds since the epoch, of a time that every reader can show: past what a Date holds, one record would break each list that it is in. */
export const time = z.number().min(0).max(bounds.latestTime);
