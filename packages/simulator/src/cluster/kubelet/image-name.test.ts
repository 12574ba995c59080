import { expect, it } from 'vitest';
import { parseImageName } from './image-name.ts';

const digest = `sha256:${'0'.repeat(64)}`;

it.each([
  ['nginx', 'docker.io', 'library/nginx', 'latest', 'docker.io/library/nginx:latest'],
  ['team/app:1', 'docker.io', 'team/app', '1', 'docker.io/team/app:1'],
  ['registry.gitlab.com/a/b/c:x', 'registry.gitlab.com', 'a/b/c', 'x', 'registry.gitlab.com/a/b/c:x'],
  ['127.0.0.1:5000/app', '127.0.0.1:5000', 'app', 'latest', '127.0.0.1:5000/app:latest'],
  ['localhost/app:1', 'localhost', 'app', '1', 'localhost/app:1'],
  [`h.io/a@${digest}`, 'h.io', 'a', digest, `h.io/a@${digest}`],
  [`h.io/a:1@${digest}`, 'h.io', 'a', digest, `h.io/a:1@${digest}`],
])('an image name %s is parsed into host, repository and reference', (image, host, repository, reference, full) => {
  expect(parseImageName(image)).toMatchObject({ host, repository, reference, full });
});
