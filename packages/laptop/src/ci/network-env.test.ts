import { expect, it } from 'vitest';
import { networkEnv } from './network-env.ts';

it('networkEnv takes the variables that the network needs, and nothing else', () => {
  const environment = {
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'localhost',
    NODE_EXTRA_CA_CERTS: '/ca.crt',
    npm_config_cache: '/cache',
    npm_config_local_prefix: '/repo',
    NODE_ENV: 'production',
    AWS_SECRET_ACCESS_KEY: 'secret',
    SSL_CERT_FILE: undefined,
  };

  expect(networkEnv(environment)).toEqual({
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'localhost',
    NODE_EXTRA_CA_CERTS: '/ca.crt',
    npm_config_cache: '/cache',
  });
});
