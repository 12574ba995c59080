/** One block of an event stream: its fields, or a comment. */
export type Frame = Readonly<Record<string, string>>;

export interface SseReader {
  /** The next block, or undefined at the end. */
  next(): Promise<Frame | undefined>;
  /** The next block that is an event. */
  nextEvent(): Promise<Frame | undefined>;
  /** The next blocks that are events. */
  take(count: number): Promise<Frame[]>;
  cancel(): Promise<void>;
}

/** Reads an event stream block by block, as WHATWG HTML §9.2.6 has it. */
export function readSse(body: ReadableStream<Uint8Array> | null): SseReader {
  if (!body) throw new Error('There is no event stream.');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';

  async function next(): Promise<Frame | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return readBlock(block);
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  }

  async function nextEvent(): Promise<Frame | undefined> {
    for (;;) {
      const frame = await next();
      if (frame === undefined || 'data' in frame) return frame;
    }
  }

  return {
    next,
    nextEvent,
    async take(count) {
      const frames: Frame[] = [];
      while (frames.length < count) {
        const frame = await nextEvent();
        if (!frame) break;
        frames.push(frame);
      }
      return frames;
    },
    cancel: () => reader.cancel(),
  };
}

function readBlock(block: string): Frame {
  return Object.fromEntries(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
}
