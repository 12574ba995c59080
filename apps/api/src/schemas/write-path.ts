import { z } from '@hono/zod-openapi';
import { writePathNames, writePaths } from '@keelson/core';

/** A text rather than an enum: a newer worker may use a path that this API does not know. */
export const writePathSchema = z.string().openapi({ example: 'image-pin' });

/** What each write path writes and how long that lasts, for descriptions. */
export const writePathText = writePathNames
  .map((name) => `\`${name}\`: ${writePaths[name].writes}; lasts ${writePaths[name].lasts}.`)
  .join(' ');
