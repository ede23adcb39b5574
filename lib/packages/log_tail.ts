/**
 * The end of a package's log, for whoever looks at it from outside.
 *
 * @module
 */

/** The last lines of a log. */
export interface LogTail {
  name: string;
  /** Of the whole file, bytes. */
  size: number;
  text: string;
}

/**
 * Reads the last whole lines of a log, or the end of its last one where that alone is longer.
 *
 * @returns `undefined` when there is no such file, or something that is none
 */
export async function readLogTail(
  folder: string,
  { file, maxBytes }: { file: string; maxBytes: number },
): Promise<LogTail | undefined> {
  if (!/^[\w-][\w.-]*$/.test(file)) return undefined;
  const path = `${folder}/${file}`;
  const info = await Deno.lstat(path).catch(() => undefined);
  if (!info?.isFile) return undefined;
  using log = await Deno.open(path);
  const start = Math.max(0, info.size - maxBytes);
  await log.seek(start, Deno.SeekMode.Start);
  const bytes = new Uint8Array(Math.min(info.size, maxBytes));
  let length = 0;
  while (length < bytes.length) {
    const read = await log.read(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  const text = new TextDecoder().decode(bytes.subarray(0, length));
  // The first line is the end of one.
  const whole = start === 0 ? text : text.replace(/^[^\n]*\n/, "");
  return { name: file, size: info.size, text: whole || text };
}
