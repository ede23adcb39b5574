/**
 * The least source of a folder that keeps the contract of `ResourceSource`, for tests of the server.
 *
 * @module
 */

import type { ResourceFile, ResourceSource, ResourceStat } from "../../lib/resources/source.ts";

function statOf(info: Deno.FileInfo): ResourceStat {
  const { size, isFile, isDirectory } = info;
  return { size, isFile, isDirectory, modifiedAt: info.mtime ?? new Date(0) };
}

/** Files that are open at the moment: what a test of leaks looks at. */
export interface OpenFiles {
  count: number;
  /** Resolves when no file is open. */
  closed(): Promise<void>;
}

/** A folder as a source; `openFiles` counts its open files. */
export class FolderSource implements ResourceSource {
  readonly kind = "directory";
  readonly root: string;
  readonly #real: string;
  #open = 0;
  #waiting: (() => void)[] = [];

  constructor(root: string) {
    this.root = root;
    this.#real = Deno.realPathSync(root);
  }

  readonly openFiles: OpenFiles = ((source: FolderSource) => ({
    get count() {
      return source.#open;
    },
    closed() {
      if (source.#open === 0) return Promise.resolve();
      return new Promise<void>((resolve) => source.#waiting.push(resolve));
    },
  }))(this);

  #resolve(path: string): string | undefined {
    try {
      const real = Deno.realPathSync(`${this.#real}/${path}`);
      return real === this.#real || real.startsWith(`${this.#real}/`) ? real : undefined;
    } catch {
      return undefined;
    }
  }

  stat(path: string): Promise<ResourceStat | undefined> {
    const real = this.#resolve(path);
    return Promise.resolve(real === undefined ? undefined : statOf(Deno.statSync(real)));
  }

  open(path: string): Promise<ResourceFile | undefined> {
    const real = this.#resolve(path);
    if (real === undefined) return Promise.resolve(undefined);
    const file = Deno.openSync(real);
    const stat = statOf(file.statSync());
    if (!stat.isFile) {
      file.close();
      return Promise.resolve(undefined);
    }
    this.#open++;
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      file.close();
      if (--this.#open > 0) return;
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
    return Promise.resolve({
      ...stat,
      close,
      bytes() {
        const bytes = new Uint8Array(stat.size);
        let length = 0;
        while (length < stat.size) {
          const n = file.readSync(bytes.subarray(length));
          if (n === null) break;
          length += n;
        }
        close();
        return Promise.resolve(length === bytes.length ? bytes : bytes.slice(0, length));
      },
      stream(start = 0, end = stat.size) {
        file.seekSync(start, Deno.SeekMode.Start);
        let left = end - start;
        return new ReadableStream({
          async pull(controller) {
            const chunk = new Uint8Array(Math.min(left, 65_536));
            const n = left === 0 ? null : await file.read(chunk);
            if (n === null) {
              close();
              controller.close();
              return;
            }
            left -= n;
            controller.enqueue(chunk.subarray(0, n));
          },
          cancel: close,
        }, { highWaterMark: 0 });
      },
    });
  }

  list(): Promise<string[]> {
    return Promise.resolve([]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
