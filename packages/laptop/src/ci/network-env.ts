/** How this machine reaches the network, and where npm keeps what it fetched. */
const names = new Set([
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  ...['node_extra_ca_certs', 'ssl_cert_file', 'ssl_cert_dir'],
  ...['registry', 'cache', 'userconfig', 'cafile', 'proxy', 'https_proxy', 'noproxy', 'strict_ssl'].map(
    (setting) => `npm_config_${setting}`,
  ),
]);

/**
 * The part of an environment that jobs need to fetch packages as whoever started the demo would. Nothing else of it is theirs: a job must not pass
 * because of what happens to be set in a terminal.
 */
export function networkEnv(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && names.has(name.toLowerCase()) ? [[name, value] as const] : [],
    ),
  );
}
