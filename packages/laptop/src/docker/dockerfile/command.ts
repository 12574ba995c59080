import { z } from 'zod';

const execForm = z.array(z.string()).min(1);

/** A command in exec form (`["node", "main.js"]`), or one line for the shell. What looks like JSON and is none is for the shell, as with Docker. */
export function readCommand(text: string): readonly string[] | string {
  if (!text.startsWith('[')) return text;
  try {
    return execForm.parse(JSON.parse(text));
  } catch {
    return text;
  }
}

/** As argv, the way an image's config keeps it. */
export function argvOf(text: string): readonly string[] {
  const command = readCommand(text);
  return typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
}
