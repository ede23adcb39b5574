/**
 * What methods that touch files have in common.
 *
 * @module
 */

import { type ErrorCode, HostError } from "../errors.ts";
import type { Params } from "../router/params.ts";
import type { PathUse } from "../router/path_order.ts";

/** The files of a call that reads its `path`. */
export const reads = (params: Params): PathUse => ({ reads: [params.string("path")] });
/** The files of a call that changes its `path`. */
export const writes = (params: Params): PathUse => ({ writes: [params.string("path")] });
/** Those of one that copies. */
export const copies = (params: Params): PathUse => ({
  reads: [params.string("source")],
  writes: [params.string("destination")],
});
/** Those of one that moves. */
export const moves = (params: Params): PathUse => ({
  writes: [params.string("source"), params.string("destination")],
});

/**
 * The use of a list that the host keeps, as if it were a file: a call that tells the list waits for
 * those that change it, and they do not wait for one another.
 */
export const listUse = (name: string) => ({
  // No file can have such a name.
  changes: { reads: [`/\0${name}`] },
  tells: { writes: [`/\0${name}`] },
});

/** Whatever the operating system says becomes the one error of a method. */
export async function attempt<T>(work: Promise<T>, code: ErrorCode, parameter: string): Promise<T> {
  try {
    return await work;
  } catch {
    throw new HostError(code, parameter);
  }
}

/** Calls `make` at the first call only: what it loads, most apps never need. */
export function madeOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
