/**
 * Downloading packages (contracts: AirDC++ 3.3, 18).
 *
 * @module
 */

import { invalid } from "./field_problems.ts";
import { type ExpectedDigests, integrityCheck, integrityProblem } from "./integrity.ts";
import { shownAddress, urlProblem, webGet, type WebGetOptions } from "./web_get.ts";

/** Settings of {@linkcode download}. */
export interface DownloadOptions
  extends ExpectedDigests, Omit<WebGetOptions<void>, "receive" | "maxBytes" | "accept"> {
  /** The file; it is made, and must not be there. */
  to: string;
  /** Bytes of the largest file. Default 64 MiB. */
  maxBytes?: number;
  /** Told after each piece. */
  onProgress?(progress: DownloadProgress): void;
}

/** How far a download is. */
export interface DownloadProgress {
  /** Bytes. */
  received: number;
  /** Bytes; absent where the server does not say. */
  total?: number;
}

/** What was downloaded. */
export interface Downloaded {
  bytes: number;
  /** Where it came from, after redirects. */
  url: string;
}

/** Bytes of the largest package, where nobody says otherwise. */
export const MOST_PACKAGE_BYTES = 64 << 20;

/**
 * For requests: whether a download may begin.
 *
 * @throws {FieldError} `url` or `integrity`
 */
export function checkDownload(url: string, expected: ExpectedDigests = {}): void {
  const problem = urlProblem(url);
  if (problem !== undefined) throw invalid("url", problem);
  const wrong = expected.integrity ? integrityProblem(expected.integrity) : undefined;
  if (wrong !== undefined) throw invalid("integrity", wrong);
}

/**
 * Downloads a file: over verified TLS, or without it from this machine. It is checked while it is
 * written; when anything goes wrong nothing is left behind.
 *
 * @throws {Error} which says what was to be downloaded and why it was not; when `signal` ends it, its
 * reason
 */
export async function download(url: string, options: DownloadOptions): Promise<Downloaded> {
  const { to, maxBytes = MOST_PACKAGE_BYTES, signal } = options;
  try {
    const check = await integrityCheck(options);
    return await webGet(url, {
      ...options,
      maxBytes,
      async receive({ url, length, body }) {
        if (length === 0) throw new Error("it is empty");
        const file = await Deno.open(to, { write: true, createNew: true, mode: 0o600 });
        try {
          let received = 0;
          for await (const piece of body) {
            check.update(piece);
            for (let rest: Uint8Array = piece; rest.length > 0;) {
              rest = rest.subarray(await file.write(rest));
            }
            received += piece.length;
            options.onProgress?.({ received, ...(length === undefined ? {} : { total: length }) });
          }
          if (received === 0) throw new Error("it is empty");
          check.finish();
          file.close();
          return { bytes: received, url };
        } catch (error) {
          file.close();
          await Deno.remove(to).catch(() => {});
          throw error;
        }
      },
    });
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw error;
    const { message } = error as Error;
    throw new Error(`Cannot download "${shownAddress(url)}": ${message}`, { cause: error });
  }
}
