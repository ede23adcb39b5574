/**
 * What kind of file may be opened.
 *
 * @module
 */

/**
 * Refuses pipes and sockets: opening one waits for its other end, for ever if need be, and holds one
 * of the few threads that do the file work of everybody.
 *
 * @throws {TypeError} for such a file
 */
export function refuseWaiting(path: string, { isFifo, isSocket }: Deno.FileInfo): void {
  if (isFifo || isSocket) {
    const kind = isFifo ? "a named pipe" : "a socket";
    throw new TypeError(`Cannot open "${path}": it is ${kind}, expected a file`);
  }
}

/** Whether an error says that there is nothing at a path. */
export function isNothingThere(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** What is at a path, links followed; `undefined` for nothing. */
export async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
}
