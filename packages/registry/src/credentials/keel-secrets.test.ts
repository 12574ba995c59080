import { parseReference } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import { readBasicAuth } from './basic-auth.ts';
import { credentialsFor } from './credentials-for.ts';
import tables from './fixtures/keel-secrets.json' with { type: 'json' };
import { matches, readPlace } from './match.ts';

const { suites } = tables;

// Rows with `differs` carry the reason; there the outcome must be the other one, or the row would have no business there.
describe("Keel's tables", () => {
  it.each(suites.registryMatches)('$imageRegistry and the secret of $secretRegistry: $name', (row) => {
    const host = row.imageRegistry.replace(/^https:\/\//, '');

    const matched = matches(readPlace(row.secretRegistry), { host, repository: 'any' });

    expect(matched).toBe('differs' in row ? !row.want : row.want);
  });

  it.each(suites.decodeBase64Secret)('decodes $authSecret', ({ authSecret, username, password, wantErr }) => {
    expect(readBasicAuth(authSecret)).toEqual(wantErr ? undefined : { type: 'basic', username, password });
  });

  it.each(suites.hostname)('reads the host of $registry', (row) => {
    const { host, port } = readPlace(row.registry);
    const text = port === '' ? host : `${host}:${port}`;

    expect(text === row.want).toBe(!('differs' in row));
  });

  it.each(suites.getCredentials)('$name', ({ image, data, defaultCfg, want }) => {
    const texts = [...(defaultCfg === undefined ? [] : [defaultCfg]), ...Object.values(data)].map((content) =>
      JSON.stringify(content),
    );
    // Keel takes images with a scheme, which no manifest may have.
    const reference = parseReference(image.replace(/^https:\/\//, ''));

    const { credentials } = credentialsFor(texts, reference);

    expect(credentials[0]).toEqual({ type: 'basic', ...want });
  });
});
