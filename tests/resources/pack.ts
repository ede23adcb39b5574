/** Packs archives in the layout of `@electron/asar` (contracts: Neutralino 1.6), for tests. */

/** A folder is an object, a file its text. */
export interface Tree {
  [name: string]: string | Tree;
}

interface Packed {
  files: Record<string, unknown>;
}

/** The bytes of an archive holding `tree`. */
export function pack(tree: Tree): Uint8Array<ArrayBuffer> {
  const contents: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  const node = (folder: Tree): Packed => {
    const files: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(folder)) {
      if (typeof value === "string") {
        const bytes = new TextEncoder().encode(value);
        contents.push(bytes);
        files[name] = { size: bytes.length, offset: String(offset), integrity: {} };
        offset += bytes.length;
      } else {
        files[name] = node(value);
      }
    }
    return { files };
  };
  return packHeader(JSON.stringify(node(tree)), contents);
}

/** An archive with the given text as its table, however wrong it is. */
export function packHeader(
  json: string,
  contents: Uint8Array<ArrayBuffer>[] = [],
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 4) * 4;
  const head = new Uint8Array(16 + padded);
  const view = new DataView(head.buffer);
  view.setUint32(0, 4, true);
  view.setUint32(4, 8 + padded, true);
  view.setUint32(8, 4 + padded, true);
  view.setUint32(12, text.length, true);
  head.set(text, 16);
  const whole = new Uint8Array(head.length + contents.reduce((sum, part) => sum + part.length, 0));
  whole.set(head);
  let at = head.length;
  for (const part of contents) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
