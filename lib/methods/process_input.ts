/**
 * The host's standard input, read by line.
 *
 * @module
 */

/** Reads the next bytes; `null` at the end. `Deno.stdin.read` is such. */
export type ReadBytes = (buffer: Uint8Array) => Promise<number | null>;

/** Calls take lines in the order in which they came, one reader at a time. */
export class ProcessInput {
  readonly #read: ReadBytes;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #buffer = new Uint8Array(64 * 1024);
  /** Lines that nobody has read yet. */
  #text = "";
  /** The beginning of a line, in the pieces in which it came: a long one is put together once. */
  #begun: string[] = [];
  #ended = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(read: ReadBytes) {
    this.#read = read;
  }

  /** One line without its newline; `""` for an empty one and at the end. */
  readLine(): Promise<string> {
    return this.#inTurn(async () => await this.#nextLine() ?? "");
  }

  /** Lines up to the first empty one, which is consumed, or the end; each followed by `\n`. */
  readBlock(): Promise<string> {
    return this.#inTurn(async () => {
      let block = "";
      for (;;) {
        const line = await this.#nextLine();
        if (!line) return block;
        block += `${line}\n`;
      }
    });
  }

  #inTurn(read: () => Promise<string>): Promise<string> {
    const result = this.#tail.then(read, read);
    this.#tail = result;
    return result;
  }

  async #nextLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#lineWith(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 1);
        return line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (this.#text !== "") this.#begun.push(this.#text);
      this.#text = "";
      if (this.#ended) return this.#begun.length === 0 ? undefined : this.#lineWith("");
      const count = await this.#read(this.#buffer);
      this.#ended = count === null;
      this.#text = count === null
        // The beginning of a character that did not come.
        ? this.#decoder.decode()
        : this.#decoder.decode(this.#buffer.subarray(0, count), { stream: true });
    }
  }

  #lineWith(end: string): string {
    const line = this.#begun.join("") + end;
    this.#begun = [];
    return line;
  }
}
