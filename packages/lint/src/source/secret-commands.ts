const namespaced = /\s(?:-n|--namespace)[= ]([a-z0-9-]+)/;
const created = /\bcreate secret (?:generic|docker-registry|tls)\s+(?:-\S+\s+)*([a-z0-9][a-z0-9.-]*)/;

/**
 * The commands in comments of manifests that create Secrets: `# kubectl -n shop create secret generic db --from-literal=…`, by `shop/db`.
 * A line that ends in a backslash continues in the next one.
 */
export function secretCommands(text: string): ReadonlyMap<string, string> {
  const joined = text.replaceAll(/\\\s*\n\s*#\s*/g, '');
  const commands = new Map<string, string>();
  for (const [, command = ''] of joined.matchAll(/^\s*#\s*(kubectl\b.*\bcreate secret\b.*)$/gm)) {
    const namespace = namespaced.exec(command)?.[1] ?? 'default';
    const name = created.exec(command.replace(namespaced, ' '))?.[1];
    if (name !== undefined && !commands.has(`${namespace}/${name}`))
      commands.set(`${namespace}/${name}`, command.trim());
  }
  return commands;
}
