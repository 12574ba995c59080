/** Options that name no secret by themselves: a shell traces them, and programs print how they were called. Within 200 characters of their command. */
const shortOptions = [
  /(?<before>\b(?:sshpass|login|mongo\w{0,10}|mysql\w{0,10}|mariadb[\w-]{0,10})\b[^\r\n]{0,200}?\s-p[ \t]{0,2})(?!-|\[secret\])[^\s"']+/g,
  /(?<before>\bredis-cli\b[^\r\n]{0,200}?\s-a[ \t]{1,2})(?!-|\[secret\])[^\s"']+/g,
];
/** `curl -u user:password`, not `docker run -u 1000:1000`. */
const userAndPassword =
  /(?<before>(?:^|[\s"'])(?:-[uU]|--(?:proxy-)?user)(?:[ \t=]|["'],[ \t]?){0,2}["']?[^\s:"'/]{1,100}:)(?!\[secret\]|\d+(?:[\s"']|$))[^\s"']+/g;
/** Redis' settings and its command, SQL*Plus and JDBC of Oracle. */
const elsewhere = [
  /(?<before>\b(?:requirepass|masterauth)[ \t]{1,4})(?!["']|\[secret\])[^\s"']+/gi,
  /(?<before>\bAUTH[ \t]{1,4}(?:default[ \t]{1,4})?)(?=[^\s"'<]{0,100}\d)[^\s"'<]+/g,
  /(?<before>\b(?:oracle:\w{1,10}:|sqlplus[ \t]{1,4})[^\s/@]{1,60}\/)(?!\[secret\])[^\s@]+(?=@)/gi,
];
const patterns = [...shortOptions, userAndPassword, ...elsewhere];

/** Most texts call no program, and thousands of them come at once where a registry hangs: then one look is all. */
const anyOption = /(?:^|[\s"'])-{1,2}[apu]|requirepass|masterauth|AUTH|oracle:|sqlplus/i;

/** Masks the passwords in calls of programs, which nothing but their place names. */
export function maskCommands(text: string): string {
  if (!anyOption.test(text)) return text;
  return patterns.reduce((masked, pattern) => masked.replace(pattern, '$<before>[secret]'), text);
}
