/** Shorter ones are not masked by their look alone. */
const longRun = /[\w+/=.~-]{32,}/g;
const uuid = /(?<![\da-z])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-z])/gi;
/** What stands before a digest or the id of a container, which are long, random and no secret. */
const digestBefore = /(?:(?:sha(?:1|224|256|384|512)|md5)[:/-]|(?:containerd|docker|cri-o):)$/i;
const digest = /^(?:\/\/)?[\da-f]{32,128}(?![\w+/=~])/i;
/** A tag of an image after its repository: `team/app:3f2a…`, often a commit. */
const repositoryBefore = /\/[a-z\d._-]{1,100}:$/;
const tag = /^(?:[\w]{1,20}[.-]){0,3}[\da-f]{40}$/;
/** What Kubernetes names: in lower case, the random parts at most ten characters each. */
const kubernetesName = /^[a-z\d]{1,63}(?:[._/-]{1,2}[a-z\d]{1,63})*$/;

/** Masks words of 32 characters and more unless they read as names, paths, digests or identifiers. */
export function maskRandomWords(text: string): string {
  return text.replace(longRun, (run, at: number) => {
    const before = text.slice(Math.max(0, at - 110), at);
    if (digestBefore.test(before) && digest.test(run)) return run;
    if (repositoryBefore.test(before) && tag.test(run)) return run;
    return maskRun(run);
  });
}

/** The parts in front that can be read stay: folders of a path, the host of a URL, `NAME=`. */
function maskRun(run: string): string {
  const parts = run.split(/(?<=[/=])/);
  const random = parts.findIndex((part) => !isReadable(part.replace(/[/=]$/, '')));
  if (random < 0 && !(/[A-Z]/.test(run) && isRandom(run.replaceAll(uuid, ''), 2.2))) return run;
  const kept = parts.slice(0, Math.max(random, 0)).join('');
  // Parts of random text before the first that is recognized as such go too: only words stay.
  return `${isRandom(kept, 3) ? '' : kept}[secret]`;
}

function isReadable(part: string): boolean {
  const pieces = part.replaceAll(uuid, '').split(/[._~+-]+/);
  if (kubernetesName.test(part) && pieces.every((piece) => piece.length <= 10 || isWord(piece))) return true;
  if (!pieces.every((piece) => piece.length < 12 || isWord(piece))) return false;
  return part.length < 32 || pieces.some((piece) => piece.length >= 12) || !isRandom(pieces.join('-'), 2.2);
}

/** Letters in words, or a number: no word has 32 letters, no number that people write more than 20 digits. */
function isWord(piece: string): boolean {
  if (/^\d+$/.test(piece)) return piece.length <= 20;
  return !isRandom(piece, 3) && runsOf(piece).every(({ length }) => length < 32);
}

/** Whether its runs of one kind of character (`Word`, `UPPER`, `123`) are shorter, on average, than in what people write. */
function isRandom(text: string, shortest: number): boolean {
  const runs = runsOf(text);
  if (runs.length < 4) return false;
  return runs.reduce((sum, { length }) => sum + length, 0) / runs.length < shortest;
}

const runsOf = (text: string): string[] => text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
