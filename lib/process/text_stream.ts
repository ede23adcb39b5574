/**
 * The output of a process as text.
 *
 * @module
 */

/**
 * What a stream holds, piece by piece as it comes. A character may arrive in two pieces; what is no
 * UTF-8 becomes U+FFFD, and a byte order mark is kept. A stream that breaks is at its end.
 */
export async function* textOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) break;
      const text = decoder.decode(value, { stream: true });
      if (text !== "") yield text;
    }
  } catch {
    // The pipe broke: what came until then counts.
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}
