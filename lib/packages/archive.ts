/**
 * Unpacking packages (contracts: AirDC++ 2.2, 18 #3).
 *
 * @module
 */

import { ArchiveError, shown } from "./archive_error.ts";
import { type ArchiveLimits, DEFAULT_LIMITS } from "./archive_limits.ts";
import { pathNames, PathTree } from "./archive_path.ts";
import { FileWriter, type WriteJob } from "./file_writer.ts";
import { gunzip } from "./gunzip.ts";
import { type TarEntry, TarReader, type TarSink } from "./tar.ts";

/** Options of {@linkcode unpack}. */
export interface UnpackOptions {
  /** Bounds that are not the default ones. */
  limits?: Partial<ArchiveLimits>;
  /** Gives up. */
  signal?: AbortSignal | undefined;
  /** Told how many compressed bytes have been read so far. */
  onProgress?: ((compressedBytes: number) => void) | undefined;
}

/** What was unpacked. */
export interface Unpacked {
  /** The one folder at the archive's top, now in the folder unpacked to. */
  top: string;
  files: number;
  /** Of all files together. */
  bytes: number;
}

/** Larger files are written as their bytes come. */
const WHOLE_BYTES = 256 << 10;

/**
 * Unpacks a `.tgz` that holds one folder. Beside it only files and hidden folders may lie, which are
 * left out (contracts: AirDC++ 2.2). Files become 0644 or, where their owner may run them, 0755.
 *
 * Refused is everything that could land outside of `folder`, or be something else on another system:
 * see {@linkcode pathNames} for paths; links, devices and what else is no file or folder; two entries
 * of one path. The memory needed does not depend on the size of the archive.
 *
 * @param folder must be empty or absent, with nobody else writing to it. After a failure it holds
 *   what was unpacked until then
 * @throws {ArchiveError} with what is wrong with the archive
 */
export async function unpack(
  source: ReadableStream<Uint8Array>,
  folder: string,
  { limits: given, signal = new AbortController().signal, onProgress }: UnpackOptions = {},
): Promise<Unpacked> {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const sorter = new Sorter(limits);
  const reader = new TarReader(sorter);
  const writer = new FileWriter(folder);
  try {
    await prepare(folder).catch(async (error) => {
      await source.cancel(error).catch(() => {});
      throw error;
    });
    for await (const chunk of gunzip(source, { limits, signal, onProgress })) {
      reader.push(chunk);
      for (const job of sorter.jobs.splice(0)) await writer.do(job);
    }
    reader.end();
    await writer.finish();
    return sorter.result();
  } finally {
    await writer.stop();
  }
}

async function prepare(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  if (!(await Deno.lstat(folder)).isDirectory) throw new Error(`"${folder}" is a link`);
  for await (const _ of Deno.readDir(folder)) throw new Error(`"${folder}" is not empty`);
}

/** Turns entries into what is to be written. */
class Sorter implements TarSink {
  /** What came up and is not done yet. */
  readonly jobs: WriteJob[] = [];
  readonly #limits: ArchiveLimits;
  readonly #tree = new PathTree();
  #entries = 0;
  #top: string | undefined;
  #files = 0;
  #bytes = 0;
  #current:
    | { path: string; mode: number; whole?: { bytes: Uint8Array; length: number } }
    | undefined;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  begin({ path, kind, size, executable }: TarEntry): void {
    const { entries, fileBytes } = this.#limits;
    if (size > fileBytes) {
      throw new ArchiveError(
        `The archive is refused: ${shown(path)} is larger than ${fileBytes} bytes`,
      );
    }
    const names = pathNames(path, this.#limits);
    if (names.length === 0 && kind === "file") {
      throw new ArchiveError(`The archive is refused: the file ${shown(path)} has no name`);
    }
    const known = this.#tree.add(names, kind);
    this.#entries += names.length - known;
    if (this.#entries > entries) {
      throw new ArchiveError(`The archive is refused: it has more than ${entries} entries`);
    }
    this.#current = undefined;
    if (!this.#isWanted(names, kind)) return;
    const folders = kind === "folder" ? names.length : names.length - 1;
    for (let count = known + 1; count <= folders; count++) {
      this.jobs.push({ folder: names.slice(0, count).join("/") });
    }
    if (kind === "folder") return;
    this.#files++;
    this.#bytes += size;
    const target = { path: names.join("/"), mode: executable ? 0o755 : 0o644 };
    if (size <= WHOLE_BYTES) {
      this.#current = { ...target, whole: { bytes: new Uint8Array(size), length: 0 } };
    } else {
      this.#current = target;
      this.jobs.push({ create: target.path, mode: target.mode });
    }
  }

  data(bytes: Uint8Array): void {
    const whole = this.#current?.whole;
    if (whole !== undefined) {
      whole.bytes.set(bytes, whole.length);
      whole.length += bytes.length;
    } else if (this.#current !== undefined) {
      this.jobs.push({ append: bytes });
    }
  }

  end(): void {
    if (this.#current === undefined) return;
    const { path, mode, whole } = this.#current;
    this.jobs.push(
      whole === undefined ? { close: true } : { file: path, mode, bytes: whole.bytes },
    );
  }

  result(): Unpacked {
    if (this.#top === undefined) throw new ArchiveError("The archive is refused: it has no folder");
    return { top: this.#top, files: this.#files, bytes: this.#bytes };
  }

  /** Whether a path is in the one folder that is unpacked, not hidden or a file beside it. */
  #isWanted(names: readonly string[], kind: "file" | "folder"): boolean {
    const top = names[0];
    if (top === undefined || top.startsWith(".")) return false;
    if (names.length === 1 && kind === "file") return false;
    this.#top ??= top;
    if (top === this.#top) return true;
    throw new ArchiveError(
      `The archive is refused: it has more than one folder at its top, ${shown(this.#top)} and ${
        shown(top)
      }`,
    );
  }
}
