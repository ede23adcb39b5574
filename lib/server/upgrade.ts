/**
 * Requests that ask for a WebSocket (RFC 6455 4.1).
 *
 * @module
 */

/** Whether a request asks for a WebSocket. */
export function isUpgrade({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** The parts of RFC 6455 4.2.1 that the runtime does not check. */
export function isWellFormed({ method, headers }: Request): boolean {
  return method === "GET" &&
    /(^|,)\s*upgrade\s*(,|$)/i.test(headers.get("connection") ?? "") &&
    headers.get("sec-websocket-version") === "13" &&
    /^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key") ?? "");
}
