// Progress goes to stderr: stdout belongs to what is run.
const out = process.stderr;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export function say(line) {
  out.write(`keelson: ${line}\n`);
}

/**
 * Does one step and shows it in one line with the time it took. On a terminal the line moves; elsewhere it is begun and
 * then ended, so that a log shows what is being waited for.
 */
export async function step(name, work, succeeded = () => true) {
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const stop = out.isTTY ? spin((frame) => `${frame} ${name} ${elapsed()}`) : begin(name);
  try {
    const result = await work();
    stop(
      `${succeeded(result) ? '✓' : '✗'} ${name} ${elapsed()}`,
      succeeded(result) ? elapsed() : `failed, ${elapsed()}`,
    );
    return result;
  } catch (error) {
    stop(`✗ ${name} ${elapsed()}`, `failed, ${elapsed()}`);
    throw error;
  }
}

function spin(line) {
  let turn = 0;
  const draw = () => out.write(`\r\x1b[2K${line(frames[turn++ % frames.length])}`);
  const timer = setInterval(draw, 100);
  draw();
  return (last) => {
    clearInterval(timer);
    out.write(`\r\x1b[2K${last}\n`);
  };
}

function begin(name) {
  out.write(`keelson: ${name} … `);
  return (_, ending) => out.write(`${ending}\n`);
}
