/**
 * Serves the client library and the globals script, which may hold the page's token.
 *
 * @module
 */

import type { AssetPath } from "../server/asset_path.ts";
import type { Assets } from "../server/assets.ts";
import type { Guard } from "../server/guard.ts";
import { type Globals, globalsScript, type TokenDispenser } from "./globals.ts";

/** What the scripts are made of. */
export interface ScriptOptions {
  guard: Pick<Guard, "checkScript">;
  /** Read anew for every script. */
  globals: () => Globals;
  tokens: TokenDispenser;
}

const encoder = new TextEncoder();

/**
 * Answers a request for `neutralino.js` or `__neutralino_globals.js`. The token is given out only
 * with a script that is really sent: not to another site, not with a 404, not for HEAD.
 *
 * @param open finds the file of the client library
 */
export async function serveScript(
  path: AssetPath,
  request: Request,
  options: ScriptOptions & { open: Assets["open"] },
): Promise<Response | undefined> {
  const verdict = options.guard.checkScript(request);
  if (!verdict.allowed) return verdict.response;
  const file = path.kind === "library" ? (await options.open(path))?.file : undefined;
  if (path.kind === "library" && file === undefined) return undefined;
  const headers = new Headers({
    "content-type": "application/javascript",
    "cache-control": "no-store",
  });
  if (verdict.crossOrigin) headers.set("cross-origin-resource-policy", "cross-origin");
  const head = request.method === "HEAD";
  const { tokens } = options;
  const values = options.globals();
  const globals = encoder.encode(globalsScript(values, head ? tokens.next : tokens.take()));
  headers.set("content-length", String(globals.length + (file?.size ?? 0)));
  if (head) {
    file?.close();
    return new Response(null, { headers });
  }
  const body = file === undefined ? globals : file.stream().pipeThrough(preceded(globals));
  return new Response(body, { headers });
}

/** Puts bytes before a stream. A client that goes away ends the stream, and with it the file. */
function preceded(
  bytes: Uint8Array<ArrayBuffer>,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({ start: (controller) => controller.enqueue(bytes) });
}
