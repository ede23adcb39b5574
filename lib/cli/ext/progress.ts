/**
 * How far something has come: a bar on a terminal, lines elsewhere. It goes to stderr, so that stdout
 * holds results alone.
 *
 * @module
 */

import { size } from "../table.ts";

/** How far a download has come. */
export interface Step {
  /** Bytes. */
  received: number;
  /** Bytes; absent where the server does not say. */
  total?: number | undefined;
  /** Since its beginning. */
  ms: number;
}

const BAR = 24;
const REDRAW_MS = 100;

/**
 * One line that says how far something has come.
 *
 * @example
 * ```ts
 * import { progressLine } from "./progress.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   progressLine("airdcpp-a", { received: 512, total: 2048, ms: 500 }),
 *   "airdcpp-a [######..................]  25 %  512 B of 2.0 KiB  1.0 KiB/s",
 * );
 * assertEquals(progressLine("airdcpp-a", { received: 512, ms: 0 }), "airdcpp-a 512 B");
 * ```
 */
export function progressLine(label: string, { received, total, ms }: Step): string {
  const speed = ms > 0 ? `  ${size(received / ms * 1000)}/s` : "";
  if (!total) return `${label} ${size(received)}${speed}`;
  const part = Math.min(1, received / total);
  const filled = Math.round(part * BAR);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `${label} [${"#".repeat(filled)}${".".repeat(BAR - filled)}] ${percent} %  ` +
    `${size(received)} of ${size(total)}${speed}`;
}

/** Where progress is shown. */
export interface ProgressOutput {
  isTerminal: boolean;
  write(text: string): void;
  /** Of the terminal. */
  columns(): number;
}

/** Shows how far one download has come. */
export class ProgressBar {
  readonly #label: string;
  readonly #output: ProgressOutput;
  readonly #began = performance.now();
  #drawn = -Infinity;
  #last: Step = { received: 0, ms: 0 };

  constructor(label: string, output: ProgressOutput = STDERR) {
    this.#label = label;
    this.#output = output;
  }

  /** Notes how far it has come. The first note of a size is told at once. */
  update({ received, total }: { received: number; total?: number | undefined }): void {
    const now = performance.now();
    this.#last = { received, total, ms: now - this.#began };
    if (!this.#output.isTerminal || now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    this.#draw();
  }

  /** It has come to its end, well or not. */
  end({ fine }: { fine: boolean }): void {
    const { received, ms } = this.#last;
    if (this.#output.isTerminal) {
      if (received > 0) this.#draw();
      this.#output.write(this.#drawn === -Infinity && received === 0 ? "" : "\n");
    } else if (fine) {
      const seconds = (ms / 1000).toFixed(1);
      this.#output.write(`Downloaded ${this.#label}: ${size(received)} in ${seconds} s\n`);
    }
  }

  #draw(): void {
    const line = progressLine(this.#label, this.#last).slice(0, this.#output.columns() - 1);
    this.#output.write(`\r${line}\x1b[K`);
  }
}

const STDERR: ProgressOutput = {
  get isTerminal() {
    return Deno.stderr.isTerminal();
  },
  write(text) {
    try {
      Deno.stderr.writeSync(new TextEncoder().encode(text));
    } catch {
      // Nobody reads it any more; the download goes on.
    }
  },
  columns() {
    try {
      return Deno.consoleSize().columns;
    } catch {
      return 80;
    }
  },
};
