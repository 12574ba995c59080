import { commandsOf } from './shell.ts';
import type { Variables } from './variables.ts';
import { expand } from './variables.ts';

const engines = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'img']);

/** The images that a job's script pushes with docker and similar engines, kaniko, crane or skopeo. Variables that the script sets are expanded. */
export function pushedImages(script: readonly string[], given: Variables): readonly string[] {
  const variables = new Map(given);
  const images: string[] = [];
  for (const command of script.flatMap(commandsOf)) {
    const words = command[0] === 'export' ? command.slice(1) : [...command];
    while (words.length > 0 && setVariable(words[0] ?? '', variables)) words.shift();
    images.push(...imagesOf(words).map((image) => expand(image, variables)));
  }
  return [...new Set(images)];
}

function setVariable(word: string, variables: Map<string, string>): boolean {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
  if (name === undefined || value === undefined) return false;
  variables.set(name, expand(value, variables));
  return true;
}

function imagesOf(words: readonly string[]): readonly string[] {
  const [program = '', ...rest] = words;
  const tool = program.slice(program.lastIndexOf('/') + 1);
  if (engines.has(tool)) return ofEngine(rest);
  if (tool === 'executor' || tool === 'kaniko') return valuesOf(rest, ['--destination', '-d']);
  if (tool === 'crane' && rest[0] === 'push') return rest.slice(-1);
  if (tool === 'crane' && (rest[0] === 'copy' || rest[0] === 'cp')) return rest.slice(-1);
  if (tool === 'crane' && rest[0] === 'tag') return retagged(rest[1] ?? '', rest[2] ?? '');
  if (tool === 'skopeo' && rest[0] === 'copy') return rest.slice(-1).map((image) => image.replace(/^docker:\/\//, ''));
  return [];
}

function ofEngine(words: readonly string[]): readonly string[] {
  const plain = words.filter((word) => !word.startsWith('-'));
  const [first, second, third] = plain;
  const image = first === 'image' || first === 'manifest' ? third : second;
  if (first === 'push' || ((first === 'image' || first === 'manifest') && second === 'push')) {
    return image === undefined ? [] : [image];
  }
  const builds = plain.includes('build') || plain.includes('bud');
  return builds && words.some((word) => word === '--push' || word.includes('type=registry'))
    ? valuesOf(words, ['-t', '--tag'])
    : [];
}

/** The values of `--tag x`, `--tag=x`, `-t x`. */
function valuesOf(words: readonly string[], names: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    if (names.includes(word)) return words[index + 1] ?? [];
    const name = names.find((one) => word.startsWith(`${one}=`));
    return name === undefined ? [] : [word.slice(name.length + 1)];
  });
}

function retagged(image: string, tag: string): readonly string[] {
  return tag === '' ? [] : [`${image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')}:${tag}`];
}
