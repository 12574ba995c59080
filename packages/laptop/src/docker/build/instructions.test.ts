import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDockerBench } from '../testing/docker-bench.ts';

describe('config instructions', () => {
  it.each([
    [['ENV A=1 B=$A', 'ENV C=$A'], { Env: ['A=1', 'B=', 'C=1'] }],
    [['ENV A one two'], { Env: ['A=one two'] }],
    [
      ['ENV PATH=/app/bin:$PATH'],
      { Env: ['PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    ],
    [['LABEL b="x y" a=1'], { Labels: { a: '1', b: 'x y' } }],
    [['WORKDIR /app', 'WORKDIR sub'], { WorkingDir: '/app/sub' }],
    [['USER 1000:1000'], { User: '1000:1000' }],
    [['EXPOSE 3000 53/udp'], { ExposedPorts: { '3000/tcp': {}, '53/udp': {} } }],
    [['CMD ["node", "a b.js"]'], { Cmd: ['node', 'a b.js'] }],
    [['CMD node $X.js'], { Cmd: ['/bin/sh', '-c', 'node $X.js'] }],
    [['ENTRYPOINT ["node"]', 'CMD ["x.js"]'], { Entrypoint: ['node'], Cmd: ['x.js'] }],
    [['CMD ["x.js"]', 'ENTRYPOINT ["node"]'], { Entrypoint: ['node'] }],
    [['STOPSIGNAL SIGINT'], { StopSignal: 'SIGINT' }],
    [['HEALTHCHECK --interval=5s CMD true'], {}],
    [['ARG V', `ENV V=\${V:-none}`], { Env: ['V=none'] }],
    [['ARG V=default', 'ENV V2=$V'], { Env: ['V2=default'] }],
    [['ARG GIVEN=default', 'ENV V=$GIVEN'], { Env: ['V=given'] }],
    [['ENV V=$GIVEN'], { Env: ['V='] }],
    [['ARG TOP', 'ENV V=$TOP'], { Env: ['V=top'] }],
    [['ENV GIVEN=env', 'ARG GIVEN', 'ENV V=$GIVEN'], { Env: ['GIVEN=env', 'V=env'] }],
    [['ARG TARGETOS', 'ENV OS=$TARGETOS'], { Env: ['OS=linux'] }],
  ])('a build of %j has that config', async (lines, expected) => {
    await using bench = await createDockerBench();

    const { config } = await bench.build(['ARG TOP=top', 'FROM scratch', ...lines], '--build-arg', 'GIVEN=given');

    expect(config.config).toEqual(expected);
  });

  it('a build FROM node has its command, which an ENTRYPOINT replaces', async () => {
    await using bench = await createDockerBench();

    const plain = await bench.build(['FROM node:24-alpine']);
    const own = await bench.build(['FROM docker.io/library/node:24', 'ENTRYPOINT ["node", "x.js"]']);

    expect(plain.config.config).toEqual({ Cmd: ['node'] });
    expect(own.config.config).toEqual({ Entrypoint: ['node', 'x.js'] });
  });

  it('a build prefers labels of the command line, and takes its creation time from a label', async () => {
    await using bench = await createDockerBench();
    const created = 'org.opencontainers.image.created';

    const { config } = await bench.build(
      ['FROM scratch', `LABEL a=1 ${created}=2026-11-20T10:00:00Z`],
      '--label',
      'a=2',
    );

    expect(config.created).toBe('2026-11-20T10:00:00Z');
    expect(config.config).toEqual({ Labels: { a: '2', [created]: '2026-11-20T10:00:00Z' } });
  });
});

describe('COPY', () => {
  it.each([
    ['a file', ['COPY a.txt /x.txt'], ['x.txt']],
    ['into a folder', ['COPY a.txt /x/'], ['x', 'x/a.txt']],
    ['into WORKDIR', ['WORKDIR /app', 'COPY a.txt ./'], ['app', 'app/a.txt']],
    ['to "."', ['WORKDIR /app', 'COPY a.txt .'], ['app', 'app/a.txt']],
    ['several', ['COPY a.txt b.md /x/'], ['x', 'x/a.txt', 'x/b.md']],
    ["a folder's content", ['COPY src /x'], ['x', 'x/deep', 'x/deep/c.js', 'x/main.js']],
    ['by wildcard', ['COPY *.md /x/'], ['x', 'x/b.md', 'x/c.md']],
    ['by wildcard in a folder', ['COPY src/*/*.js /x/'], ['x', 'x/c.js']],
    ['names with spaces', ['COPY ["with space.txt", "/x.txt"]'], ['x.txt']],
    ['by variable', ['ARG F=a', `COPY \${F}.txt /x.txt`], ['x.txt']],
    [
      'all but what is ignored',
      ['COPY . /'],
      [
        '.dockerignore',
        'Dockerfile',
        'a.txt',
        'b.md',
        'c.md',
        'src',
        'src/deep',
        'src/deep/c.js',
        'src/main.js',
        'with space.txt',
      ],
    ],
    ['with flags', ['COPY --link --chown=1000:1000 a.txt /x.txt'], ['x.txt']],
    ['over what is there', ['COPY a.txt /x.txt', 'COPY b.md /x.txt'], ['x.txt']],
  ])('COPY copies %s', async (_, lines, expected) => {
    await using bench = await createDockerBench();
    await bench.write({ 'a.txt': 'a', 'b.md': 'b', 'c.md': 'c', 'with space.txt': 's', 'src/main.js': 'm' });
    await bench.write({ 'src/deep/c.js': 'c', 'secret/key': 'k', '.dockerignore': 'secret\n' });

    const { files } = await bench.build(['FROM scratch', ...lines]);

    expect([...files.keys()]).toEqual(expected);
  });

  it('COPY --from takes files of an earlier stage, by name or number', async () => {
    await using bench = await createDockerBench();
    await bench.write({ 'a.txt': 'a', 'b.md': 'b' });

    const { files, config } = await bench.build([
      ...[
        'FROM node:24 AS Build',
        'ENV A=1',
        'WORKDIR /app',
        'COPY . .',
        'RUN cp a.txt made.txt && printf "$A" >> made.txt',
      ],
      ...['FROM scratch', 'COPY --from=build /app/made.txt /x/', 'COPY --from=0 /app/*.md /x/'],
    ]);

    expect([...files.keys()]).toEqual(['x', 'x/b.md', 'x/made.txt']);
    expect(files.get('x/made.txt')?.text).toBe('a1');
    expect(config.config).toEqual({});
  });

  it('FROM an earlier stage keeps its files, modes and config', async () => {
    await using bench = await createDockerBench();
    await bench.write({ 'a.txt': 'a' });

    const { files, config } = await bench.build([
      ...['FROM scratch AS base', 'ENV A=1', 'COPY --chmod=600 a.txt /a.txt'],
      ...['FROM base', 'ENV B=$A', 'COPY --from=base /a.txt /b.txt'],
    ]);

    expect([...files.values()].map(({ mode }) => mode)).toEqual([0o600, 0o600]);
    expect(config.config).toEqual({ Env: ['A=1', 'B=1'] });
  });

  it('a build ends with the stage of --target', async () => {
    await using bench = await createDockerBench();
    await bench.write({ 'a.txt': 'a' });

    const { files } = await bench.build(
      ['FROM scratch AS one', 'COPY a.txt /one', 'FROM one AS two', 'RUN false'],
      ...['--target', 'one'],
    );

    expect([...files.keys()]).toEqual(['one']);
  });

  it('COPY keeps executables and links, and no other mode of the checkout', async () => {
    await using bench = await createDockerBench();
    await bench.write({ 'src/run.sh': '#!/bin/sh', 'src/data': 'x' });
    await chmod(join(bench.folder, 'src/run.sh'), 0o700);
    await chmod(join(bench.folder, 'src/data'), 0o664);
    await symlink('data', join(bench.folder, 'src/link'));

    const { files } = await bench.build(['FROM scratch', 'COPY src /x']);

    expect(files.get('x/run.sh')?.mode).toBe(0o755);
    expect(files.get('x/data')?.mode).toBe(0o644);
    expect(files.get('x/link')).toMatchObject({ type: 'SymbolicLink', linksTo: 'data' });
  });

  it('COPY neither reads nor writes through a link that leads out', async () => {
    await using bench = await createDockerBench();
    await mkdir(join(bench.folder, '../outside'));
    await symlink('../outside', join(bench.folder, 'out'));
    await bench.write({ 'a.txt': 'a', 'src/b.txt': 'b' });
    await symlink(join(bench.folder, '../outside'), join(bench.folder, 'src/out'));

    await expect(bench.build(['FROM scratch', 'COPY out /x'])).rejects.toThrow('leads out of the build context');
    await expect(bench.build(['FROM scratch', 'COPY src /x', 'COPY a.txt /x/out/a.txt'])).rejects.toThrow(
      'outside of the image',
    );
  });
});

describe('RUN', () => {
  it("RUN runs in WORKDIR with ARG, ENV and the project's Node, and nothing else of the environment", async () => {
    await using bench = await createDockerBench();

    const { files } = await bench.build(
      [
        ...['FROM node:24', 'WORKDIR /app/sub', 'ARG GIVEN', 'ENV A=1'],
        'RUN node -p "[process.version, process.cwd().endsWith(\'app/sub\'), process.env.GIVEN, process.env.A, process.env.USER]" > out.txt',
        'RUN ["node", "-e", "fs.writeFileSync(`exec.txt`, `yes`)"]',
      ],
      ...['--build-arg', 'GIVEN=given'],
    );

    expect(files.get('app/sub/out.txt')?.text).toContain(process.version);
    expect(files.get('app/sub/out.txt')?.text.replaceAll(/\s/g, '')).toContain("true,'given','1',undefined]");
    expect(files.get('app/sub/exec.txt')?.text).toBe('yes');
  });

  it("RUN finds the image's programs by its PATH", async () => {
    await using bench = await createDockerBench();
    await bench.write({ hello: '#!/bin/sh\necho hello\n' });

    const { files } = await bench.build([
      ...['FROM scratch', 'COPY --chmod=755 hello /bin-of-ours/', 'ENV PATH=/bin-of-ours:$PATH', 'RUN hello > out'],
    ]);

    expect(files.get('out')?.text).toBe('hello\n');
  });

  it('a failed RUN names its command and exit code, and keeps no image', async () => {
    await using bench = await createDockerBench();
    await bench.write({ Dockerfile: 'FROM scratch\nRUN echo why && exit 3\n' });

    const said = await bench.docker(['build', '-t', 'x:1', '.']);
    const pushed = await bench.docker(['push', 'localhost:1/x:1']);

    expect(said).toMatchObject({
      code: 1,
      err: 'docker: Dockerfile line 2, RUN: echo why && exit 3 returned a non-zero code: 3.',
    });
    expect(said.out).toContain('why');
    expect(pushed.err).toContain('No image is called');
  });
});

describe('what is refused', () => {
  it.each([
    [['FROM alpine:3'], "line 1, FROM: the laptop's docker pulls no base images"],
    [['FROM ghcr.io/x/node:24'], 'pulls no base images'],
    [['FROM Bad:'], 'is not an image reference'],
    [['FROM $MISSING'], 'is its ARG declared before the first FROM?'],
    [['FROM node:24 as'], 'FROM image AS name'],
    [['ENV A=1', 'FROM scratch'], 'line 1, ENV: only ARG may stand before the first FROM.'],
    [['FROM scratch', 'ENV A="x'], 'line 2, ENV: a " is never closed.'],
    [['FROM scratch', 'LABEL x'], 'line 2, LABEL: "x" is not of the form NAME=VALUE.'],
    [['FROM scratch', 'ARG 1X'], 'is no name for an ARG'],
    [['FROM scratch', 'USER $MISSING'], 'line 2, USER: $MISSING is empty here'],
    [['FROM scratch', 'EXPOSE 3000-3010'], 'is no port such as'],
    [['FROM scratch', 'COPY a.txt'], 'line 2, COPY: it needs a source and a target.'],
    [['FROM scratch', 'COPY missing /x'], 'missing is not in the build context'],
    [['FROM scratch', 'COPY *.zip /x/'], 'Nothing in the build context matches *.zip'],
    [['FROM scratch', 'COPY ../x /x'], 'outside of the build context'],
    [['FROM scratch', 'COPY secret /x'], '.dockerignore leaves secret out'],
    [['FROM scratch', 'COPY a.txt b.txt /x'], 'has to be a folder and end with "/"'],
    [['FROM scratch', 'COPY --from=nginx /a /b'], 'no earlier stage is called nginx'],
    [['FROM scratch', 'COPY --parents a.txt /x'], 'does not know the flag --parents'],
    [['FROM scratch', 'COPY --chmod=u+x a.txt /x'], 'three octal digits'],
    [['FROM scratch', 'RUN ls /var/cache'], 'line 2, RUN: it names /var/cache.'],
    [['FROM scratch', 'ENV D=/data', 'RUN ls $D/x'], 'it names /data/x.'],
    [['FROM scratch', 'RUN --network=none true'], 'does not know the flag --network'],
    [['FROM scratch', 'RUN --mount=type=secret,id=x true'], 'type=cache only'],
  ])('a build of %j is refused', async (lines, why) => {
    await using bench = await createDockerBench();
    await bench.write({
      'a.txt': 'a',
      'b.txt': 'b',
      secret: 's',
      '.dockerignore': 'secret',
      Dockerfile: lines.join('\n'),
    });

    const said = await bench.docker(['build', '-t', 'x:1', '.']);

    expect(said.code).toBe(2);
    expect(said.err).toContain(why);
  });
});
