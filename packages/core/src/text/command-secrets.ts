/** Options that name no secret by themselves: a shell traces them, and programs print how they were called. Within 200 characters of their command. */
const shortOptions = [
  /(?<before>\b(?:sshpass|login|mongo\w{0,10}|mysql\w{0,10}|mariadb[\w-]{0,10})\b[^\r\n]{0,200}?\s-p[ \t]{0,2})(?!-)[^\s"']+/g,
  /(?<before>\bredis-cli\b[^\r\n]{0,200}?\s-a[ \t]{1,2})(?!-)[^\s"']+/g,
];
/** `curl -u user:password`, not `docker run -u 1000:1000`. */
const userAndPassword =
  /(?<before>(?:^|[\s"'])(?:-[uU]|--(?:proxy-)?user)(?:[ \t=]|["'],[ \t]?){0,2}["']?[^\s:"'/]{1,100}:)(?!\d+(?:[\s"']|$))[^\s"']+/g;
/** Redis' settings and its command, SQL*Plus and JDBC of Oracle. */
const elsewhere = [
  /(?<before>\b(?:requirepass|masterauth)[ \t]{1,4})(?!["'])[^\s"']+/gi,
  /(?<before>\bAUTH[ \t]{1,4}(?:default[ \t]{1,4})?)(?=[^\s"'<]{0,100}\d)[^\s"'<]+/g,
  /(?<before>\b(?:oracle:\w{1,10}:|sqlplus[ \t]{1,4})[^\s/@]{1,60}\/)[^\s@]+(?=@)/gi,
];

/** Masks the passwords in calls of programs, which nothing but their place names. */
export function maskCommands(text: string): string {
  return [...shortOptions, userAndPassword, ...elsewhere].reduce(
    (masked, pattern) =>
      masked.replace(pattern, (all, ...rest) => {
        const before = String((rest.at(-1) as { before: string }).before);
        return all.slice(before.length).startsWith('[secret]') ? all : `${before}[secret]`;
      }),
    text,
  );
}
