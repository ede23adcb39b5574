/**
 * Requests by the byte to a whole host: pages, scripts and sockets.
 *
 * @module
 */

import type { TestHost } from "../../lib/testing.ts";
import { rawRequest, type RawResponse } from "../server/raw_http.ts";
import { query } from "../neutralino/wire.ts";
import { UPGRADE } from "./hostile_requests.ts";

/** An app with a page and a client library. */
export const APP_FILES = {
  "index.html": "CONTENT of a page",
  "neutralino.js": "/* CONTENT of the library */",
};

/** Every way into a host, by name: the target, and whether it is a handshake. */
export function surfaces(app: TestHost): [name: string, target: string, upgrade: boolean][] {
  const { page, backend } = app.host.tokens;
  return [
    ["a page", "/", false],
    ["the globals script", "/__neutralino_globals.js", false],
    ["the client library", "/neutralino.js", false],
    ["a missing file", "/missing.png", false],
    ["a page's socket", `/${query(page)}`, true],
    ["a backend's socket", `/${query(backend)}`, true],
    ["a socket of the older protocol", "/?extensionId=driver", true],
  ];
}

/** Sends a GET with these header lines, `PORT` replaced in them. */
export function ask(
  app: TestHost,
  target: string,
  headers: readonly string[],
  upgrade = false,
): Promise<RawResponse> {
  const { port } = app.host;
  const lines = headers.map((line) => line.replaceAll("PORT", String(port)));
  return rawRequest(port, `GET ${target} HTTP/1.1`, ...lines, ...upgrade ? UPGRADE : []);
}

/** The status of a handshake; one that is let in is closed at once. */
export async function handshake(
  app: TestHost,
  target: string,
  ...headers: string[]
): Promise<number> {
  return (await ask(app, target, ["Host: localhost:PORT", ...headers], true)).status;
}

/** Whether a text holds a token of the host or a half of one. */
export function holdsToken(app: TestHost, text: string): boolean {
  const { page, backend } = app.host.tokens;
  return [page, backend].flatMap((token) => token.split(".")).some((half) => text.includes(half));
}
