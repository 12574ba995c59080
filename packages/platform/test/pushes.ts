/** What pushes are to run: the branch, what changed, and the names of GitLab's jobs. GitHub's plan is the same. */
export const pushes: readonly [branch: string, changed: string[], jobs: string[]][] = [
  ['main', ['apps/myapp/app/src/main.js'], ['myapp:test', 'myapp:docker-main']],
  ['staging', ['apps/myapp/app/src/main.js'], ['myapp:test', 'myapp:docker-dev']],
  ['feature/Some_Thing', ['apps/myapp/app/src/main.js'], ['myapp:test', 'myapp:docker-dev']],
  ['main', ['docs/ci.md', 'README.md', 'ARCHITECTURE.md'], []],
  ['staging', ['docs/ci.md'], []],
  ['main', ['apps/myapp/production.yaml'], ['myapp:test', 'platform:check', 'platform:test', 'myapp:docker-main']],
  ['staging', ['clusters/homelab/apps.yaml'], ['platform:check', 'platform:test']],
  ['main', ['infrastructure/redis/redis.yaml'], ['platform:check', 'platform:test']],
  ['main', ['.github/workflows/apps.yml'], ['platform:check', 'platform:test']],
  ['main', ['renovate.json'], ['platform:check', 'platform:renovate', 'platform:test']],
  ['main', ['apps/cli/src/main.ts'], ['platform:check', 'platform:test']],
  ['main', ['apps/worker/src/main.ts'], ['platform:check', 'platform:test', 'keelson-worker:docker-main']],
  ['staging', ['apps/api/src/main.ts'], ['platform:check', 'platform:test', 'keelson-api:docker-dev']],
  [
    'main',
    ['packages/queue/src/index.ts'],
    ['platform:check', 'platform:test', 'keelson-api:docker-main', 'keelson-worker:docker-main'],
  ],
  [
    'staging',
    ['pnpm-lock.yaml'],
    ['platform:check', 'platform:test', 'keelson-api:docker-dev', 'keelson-worker:docker-dev'],
  ],
  [
    'main',
    ['.dockerignore'],
    ['platform:check', 'platform:test', 'keelson-api:docker-main', 'keelson-worker:docker-main'],
  ],
  ['main', ['.sourceignore'], ['platform:check', 'platform:test']],
];
