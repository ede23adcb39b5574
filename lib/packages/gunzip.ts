/**
 * Decompressing what comes from elsewhere.
 *
 * @module
 */

import { ArchiveError } from "./archive_error.ts";
import type { ArchiveLimits } from "./archive_limits.ts";

/** What {@linkcode gunzip} heeds and tells. */
export interface GunzipOptions {
  limits: Pick<ArchiveLimits, "compressedBytes" | "totalBytes" | "ratio" | "ratioFrom">;
  signal: AbortSignal;
  /** Told how many compressed bytes have been read so far. */
  onProgress?: ((compressedBytes: number) => void) | undefined;
}

/** So many compressed bytes are decompressed at once; the ratio is looked at between. */
const STEP = 16 << 10;
const CHUNK = 64 << 10;

/**
 * Decompresses gzip, of one or more members. Where this ends early, by an error or because nobody
 * asks on, so does the source.
 *
 * `DecompressionStream` takes no second member, which `node:zlib` does.
 *
 * @throws {ArchiveError} when it is damaged, truncated or beyond a limit
 */
export async function* gunzip(
  source: ReadableStream<Uint8Array>,
  { limits, signal, onProgress }: GunzipOptions,
): AsyncGenerator<Uint8Array> {
  const reader = source.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  let destroy = () => {};
  try {
    const { createGunzip } = await import("node:zlib");
    const stream = createGunzip({ chunkSize: CHUNK });
    destroy = () => stream.destroy();
    const bytes = { in: 0, out: 0 };
    const write = (piece: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        stream.write(piece, (error) => error ? reject(error) : resolve());
      });
    // Where nobody reads any more, a write may never be answered: this is not waited for.
    void (async () => {
      try {
        while (true) {
          const { done, value } = await reader.read();
          signal.throwIfAborted();
          if (done) break;
          for (let at = 0; at < value.length; at += STEP) {
            const piece = value.subarray(at, at + STEP);
            bytes.in += piece.length;
            if (bytes.in > limits.compressedBytes) {
              throw new ArchiveError(
                `The archive is refused: it is larger than ${limits.compressedBytes} bytes`,
              );
            }
            await write(piece);
          }
          onProgress?.(bytes.in);
        }
        stream.end();
      } catch (error) {
        stream.destroy(error as Error);
      }
    })();
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted();
      bytes.out += chunk.length;
      if (bytes.out > limits.totalBytes) {
        throw new ArchiveError(
          `The archive is refused: it unpacks to more than ${limits.totalBytes} bytes`,
        );
      }
      if (bytes.out > limits.ratioFrom && bytes.out > bytes.in * limits.ratio) {
        throw new ArchiveError(
          `The archive is refused: it unpacks to more than ${limits.ratio} times its size`,
        );
      }
      yield chunk;
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw readable(error);
  } finally {
    signal.removeEventListener("abort", stop);
    destroy();
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** What zlib throws has a code; what the source throws has none of these. */
function readable(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === "Z_BUF_ERROR") {
    return new ArchiveError("The archive is truncated, or no archive", { cause: error });
  }
  if (typeof code === "string" && code.startsWith("Z_")) {
    return new ArchiveError(
      `The archive is no gzip file, or damaged: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  return error;
}
