import { digestOfImageID, formatReference, InvalidReferenceError, parseReference, repositoryOf } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import upstream from './upstream.json' with { type: 'json' };

/** Rows whose upstream outcome is not ours, on purpose, and why. Every row that is not listed must agree. */
const different: Readonly<Record<string, { readonly ours: string | undefined; readonly why: string }>> = {
  'gcr.io/library/busybox:latest@sha256:e6693c20186f837fc393390135d8a598a96a833917917789d63766cab6c59582': {
    ours: 'gcr.io/library/busybox:latest@sha256:e6693c20186f837fc393390135d8a598a96a833917917789d63766cab6c59582',
    why: 'runtimes drop the tag beside a digest; Keelson follows that tag',
  },
  dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c: {
    ours: undefined,
    why: 'a local image id names nothing in a registry',
  },
  'sha256:dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c': {
    ours: 'docker.io/library/sha256:dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c',
    why: 'ParseNormalizedNamed, which the kubelet uses, reads it as the repository "sha256"; only the docker CLI means an image id',
  },
  'https://httphost.sh/foo/bar:1.1': { ours: undefined, why: 'Keel drops a scheme that no container runtime accepts' },
};

/** Everything that the tag-less rows leave out: the implicit tag is ours and the kubelet's. */
function withTag(name: string): string {
  return name.slice(name.indexOf('/')).includes(':') ? name : `${name}:latest`;
}

/** The canonical text, or undefined when it is refused. */
function canonical(input: string): string | undefined {
  try {
    return formatReference(parseReference(input));
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}

function expectRow(input: string, retryable: string | undefined): void {
  const ours = canonical(input);
  expect({ ours, differs: ours !== retryable }).toEqual({
    ours: Object.hasOwn(different, input) ? different[input]?.ours : retryable,
    differs: Object.hasOwn(different, input),
  });
}

describe('distribution/reference', () => {
  it.each(upstream.parse.cases)(
    'distribution: parseReference reads $input',
    ({ input, err, domain, repository = '', tag, digest }) => {
      // The table is of the parser below normalisation: there a first part without dot or colon is a host too.
      const isHost = domain !== undefined && /[.:]/.test(domain);
      const name = isHost ? repository : `docker.io/${repository.includes('/') ? '' : 'library/'}${repository}`;
      const suffix = `${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
      expectRow(input, err ? undefined : `${name}${suffix || ':latest'}`);
    },
  );

  it.each(upstream.names.valid)('distribution: the repository name %s is valid', (name) => {
    expect(parseReference(name)).toMatchObject({
      host: expect.stringMatching(/./),
      repository: expect.stringMatching(/./),
    });
  });

  it.each(upstream.names.invalid)('distribution: the repository name %s is invalid', (name) => {
    expect(() => parseReference(name)).toThrow(InvalidReferenceError);
  });

  it.each(upstream.repositoryInfo.cases)('docker: all names of $FullName mean one image', (row) => {
    for (const name of [row.FamiliarName, row.FullName, row.AmbiguousName].filter(Boolean)) {
      const reference = parseReference(name);
      expect(reference).toEqual({ host: row.Domain, repository: row.RemoteName, tag: 'latest' });
      expect(repositoryOf(reference)).toBe(row.FullName);
    }
  });

  it.each(upstream.splitHostname.cases)(
    'distribution: the domain of $input is split off',
    ({ input, domain, path }) => {
      expect(parseReference(input)).toMatchObject({ host: domain, repository: path });
    },
  );

  it.each(upstream.dockerRef.cases)('docker: $input is normalised', ({ input, expected }) => {
    expectRow(input, expected);
  });

  it.each(upstream.any.cases)('distribution: $Reference is read', ({ Reference, Equivalent }) => {
    expectRow(Reference, withTag(Equivalent));
  });
});

describe('Keel', () => {
  it.each(upstream.keelParseRepo.cases)('Keel: $remote is read', ({ remote, registry, shortName, tag }) => {
    // Keel calls Docker Hub by the name of its index.
    const host = registry === 'index.docker.io' ? 'docker.io' : registry;
    expectRow(remote, `${host}/${shortName}:${tag}`);
  });

  it.each(upstream.keelImageID.cases)('Keel: imageID "$imageID" is read', ({ imageID, want }) => {
    expect(digestOfImageID(imageID) ?? '').toBe(want);
  });
});

it('every listed difference from upstream is a row of a table', () => {
  const inputs = [
    ...upstream.parse.cases.map((row) => row.input),
    ...upstream.dockerRef.cases.map((row) => row.input),
    ...upstream.any.cases.map((row) => row.Reference),
    ...upstream.keelParseRepo.cases.map((row) => row.remote),
  ];
  expect(inputs).toEqual(expect.arrayContaining(Object.keys(different)));
});
