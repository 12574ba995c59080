/** Puts values for `$(NAME)`; a name without one stays as it is written, and `$$(NAME)` is `$(NAME)` itself. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (written, then: string, name: string | undefined) => {
    if (then === '$') return '$';
    return values[name ?? ''] ?? written;
  });
}
