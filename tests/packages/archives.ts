/**
 * Archives byte by byte, good and hostile ones.
 *
 * `packageTgz(manifest, files)` makes a package that can be installed.
 */

const BLOCK = 512;
const encoder = new TextEncoder();

/** One entry, as it stands in the archive. What is absent gets a usual value. */
export interface Entry {
  path: string;
  /** Default `0`, a file. */
  type?: string;
  content?: string | Uint8Array;
  mode?: number;
  linkname?: string;
  /** Of ustar; not made from `path`. */
  prefix?: string;
  /** `gnu` leaves out the prefix and has GNU's magic; `v7` has none. Default `ustar`. */
  format?: "ustar" | "gnu" | "v7";
  /** What the header says, be it true or not: a number, or the 12 bytes of the field. */
  size?: number | string | Uint8Array;
  /** What the header says. Default the right one. */
  checksum?: number;
}

export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? encoder.encode(content) : content;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Header, content and padding of one entry. */
export function entry(entry: Entry): Uint8Array {
  const content = bytesOf(entry.content ?? "");
  const { type = "0", mode = type === "5" ? 0o755 : 0o644, format = "ustar", size } = entry;
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string | Uint8Array, length: number) =>
    block.set(bytesOf(text).subarray(0, length), at);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, "0");
  put(0, entry.path, 100);
  put(100, octal(mode, 8), 8);
  put(108, octal(0, 8), 8);
  put(116, octal(0, 8), 8);
  put(
    124,
    typeof size === "object" || typeof size === "string" ? size : octal(size ?? content.length, 12),
    12,
  );
  put(136, octal(1_500_000_000, 12), 12);
  put(148, "        ", 8);
  put(156, type, 1);
  put(157, entry.linkname ?? "", 100);
  if (format === "ustar") put(257, "ustar\x0000", 8);
  if (format === "gnu") put(257, "ustar  \0", 8);
  if (entry.prefix !== undefined) put(345, entry.prefix, 155);
  const sum = block.reduce((sum, byte) => sum + byte, 0);
  put(148, `${octal(entry.checksum ?? sum, 7)}\0 `, 8);
  const padding = new Uint8Array((BLOCK - content.length % BLOCK) % BLOCK);
  return concat(block, content, padding);
}

/** PAX records for the entry that follows (`x`) or for all of them (`g`). */
export function pax(records: Record<string, string> | string, type: "x" | "g" = "x"): Uint8Array {
  const content = typeof records === "string"
    ? records
    : Object.entries(records).map(([key, value]) => paxRecord(key, value)).join("");
  return entry({ path: type === "g" ? "pax_global_header" : "PaxHeader/x", type, content });
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = encoder.encode(rest).length;
  let length = bytes + 1;
  while (String(length).length + bytes > length) length++;
  return `${length}${rest}`;
}

/** GNU's long name for the entry that follows, or with `K` that of its link. */
export function longName(path: string, type: "L" | "K" = "L"): Uint8Array {
  return entry({ path: "././@LongLink", type, content: `${path}\0`, format: "gnu" });
}

/** The two blocks at the end. */
export const END = new Uint8Array(2 * BLOCK);

/** A whole archive, not compressed. */
export function tar(...entries: (Entry | Uint8Array)[]): Uint8Array {
  const parts = entries.map((part) => part instanceof Uint8Array ? part : entry(part));
  return concat(...parts, END);
}

/** Compressed as one member. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A compressed archive. */
export function tgz(...entries: (Entry | Uint8Array)[]): Promise<Uint8Array> {
  return gzip(tar(...entries));
}

/** Bytes as they come from the network: in pieces of `size`. */
export function streamOf(bytes: Uint8Array, size = 64 << 10): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}

/** A package.json with all that is needed, and `more`. */
export function manifestOf(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "airdcpp-example",
    description: "An example",
    version: "1.0.0",
    author: "Somebody",
    main: "main.js",
    airdcpp: { apiVersion: 1 },
    ...more,
  };
}

/**
 * A package that can be installed: a `.tgz` as `npm pack` makes it.
 *
 * @param manifest added to, or instead of, what {@linkcode manifestOf} has
 * @param files by path, without `package/`; one that begins with `#!` is executable
 */
export function packageTgz(
  manifest: Record<string, unknown> = {},
  files: Record<string, string | Uint8Array> = { "main.js": "" },
): Promise<Uint8Array> {
  return tgz(
    { path: "package/package.json", content: JSON.stringify(manifestOf(manifest)) },
    ...Object.entries(files).flatMap(([path, content]) => {
      const bytes = bytesOf(content);
      const isScript = bytes[0] === 0x23 && bytes[1] === 0x21;
      const header = { content, mode: isScript ? 0o755 : 0o644 };
      const whole = `package/${path}`;
      if (bytesOf(whole).length <= 100) return [{ path: whole, ...header }];
      return [pax({ path: whole }), { path: whole.slice(0, 90), ...header }];
    }),
  );
}
