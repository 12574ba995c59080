/** Starts this machine's Redis as the image's would be started, with its data in the container's home and on the container's port. */
export function redisServerScript(program: string): string {
  return `#!/bin/sh
skip=
for word; do
  shift
  if [ -n "$skip" ]; then skip=
  elif [ "$word" = --dir ] || [ "$word" = --port ]; then skip=yes
  else set -- "$@" "$word"
  fi
done
exec '${program.replaceAll("'", `'\\''`)}' "$@" --dir "$HOME" --port "$PORT" --bind 127.0.0.1
`;
}

/**
 * As much of redis-cli as probes ask for: one command to the container's own Redis, with the password of REDISCLI_AUTH; an error ends it
 * with 1, options are passed over.
 */
export const REDIS_CLI_SCRIPT = `#!/usr/bin/env node
const { connect } = require('node:net');
const words = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const { PORT, REDISCLI_AUTH } = process.env;
const encode = (parts) => '*' + parts.length + '\\r\\n' + parts.map((part) => '$' + Buffer.byteLength(part) + '\\r\\n' + part + '\\r\\n').join('');
const sent = [...(REDISCLI_AUTH ? [['AUTH', REDISCLI_AUTH]] : []), words];
const socket = connect(Number(PORT), '127.0.0.1', () => socket.write(sent.map(encode).join('')));
let text = '';
const done = (said, code) => {
  console.log(said);
  process.exit(code);
};
socket.on('data', (chunk) => {
  text += chunk;
  const lines = text.split('\\r\\n').slice(0, -1);
  const wrong = lines.find((line) => line.startsWith('-'));
  if (wrong !== undefined) done(wrong.slice(1), 1);
  if (lines.length >= sent.length) done(lines[sent.length - 1].slice(1), 0);
});
socket.on('error', (error) => done(error.message, 1));
socket.on('close', () => done('The server closed the connection.', 1));
`;
