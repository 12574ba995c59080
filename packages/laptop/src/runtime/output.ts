/** Characters that are kept of a container's output. */
const most = 64 * 1024;

/** The end of an output: whole lines, as far as it is cut at all. */
export class Output {
  #text = '';

  add(chunk: string): void {
    this.#text += chunk;
    if (this.#text.length <= most * 2) return;
    this.#text = this.text;
  }

  get text(): string {
    if (this.#text.length <= most) return this.#text;
    const end = this.#text.slice(-most);
    const line = end.indexOf('\n');
    return line < 0 ? end : end.slice(line + 1);
  }
}
