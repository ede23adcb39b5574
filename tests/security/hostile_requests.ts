/**
 * What attackers' browsers and scripts send, `PORT` standing for the port of the server.
 *
 * @module
 */

/** The header lines of a WebSocket handshake, `Host` apart. */
export const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** An origin that a test's configuration lists. */
export const LISTED = "http://localhost:5173";

/** Values of `Host` that are the server's own. */
export const ACCEPTED_HOSTS = ["localhost:PORT", "127.0.0.1:PORT", "[::1]:PORT", "LocalHost:PORT"];

/** Values of `Host` that are not. */
export const REFUSED_HOSTS = [
  "evil.example",
  "evil.example:PORT",
  "localhost6:PORT",
  "localhost.:PORT",
  "localhost.localdomain:PORT",
  "127.0.0.1.evil.example:PORT",
  "localhost.evil.example:PORT",
  "127.0.0.2:PORT",
  "127.1:PORT",
  "127.0.1:PORT",
  "2130706433:PORT",
  "0x7f000001:PORT",
  "0x7f.0.0.1:PORT",
  "0177.0.0.1:PORT",
  "127.0.0.01:PORT",
  "0.0.0.0:PORT",
  "0:PORT",
  "[::]:PORT",
  "[0:0:0:0:0:0:0:1]:PORT",
  "[::ffff:127.0.0.1]:PORT",
  "::1:PORT",
  "localhost",
  "localhost:",
  "localhost:1",
  "localhost:0PORT",
  "localhost:+PORT",
  "localhost:PORT:PORT",
  "localhost:PORT.",
  "localhost:PORT, evil.example",
  "evil.example, localhost:PORT",
  "user@localhost:PORT",
  "localhost:PORT/",
  "localhost:PORT@evil.example",
  "localhost :PORT",
  "",
];

/** Values of `Origin` that are neither the server's own nor listed. */
export const REFUSED_ORIGINS = [
  "http://evil.example",
  "https://evil.example",
  "http://evil.example:PORT",
  "http://localhost.evil.example:PORT",
  "null",
  "NULL",
  "",
  "file://",
  "http://localhost",
  "http://localhost:1",
  "http://localhost:PORT0",
  "https://localhost:PORT",
  "ws://localhost:PORT",
  "http://localhost:PORT/",
  "http://localhost6:PORT",
  "http://127.0.0.2:PORT",
  "http://LOCALHOST:PORT",
  "http://localhost:PORT http://evil.example",
  "http://localhost:PORT, http://evil.example",
  "http://user@localhost:PORT",
  "localhost:PORT",
  "https://localhost:5173",
  "http://localhost:51730",
  "http://127.0.0.1:5173",
  "chrome-extension://abcdefghijklmnop",
  "moz-extension://5c3a2c3e",
  "safari-web-extension://5c3a2c3e",
  "app://localhost:PORT",
];

/** Headers with which another site includes a script. */
export const FOREIGN_SCRIPTS: string[][] = [
  ["Sec-Fetch-Site: cross-site"],
  ["Sec-Fetch-Site: same-site"],
  ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
  ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://evil.example/page"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://localhost:PORT/"],
  ["Sec-Fetch-Site: same-site", "Referer: http://localhost:1/"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://localhost:5173.evil.example/"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://localhost:5173@evil.example/"],
  ["Sec-Fetch-Site: cross-site", `Referer: http://evil.example/?${LISTED}`],
  ["Sec-Fetch-Site: SAME-ORIGIN"],
  ["Sec-Fetch-Site: same-origin, cross-site"],
  ["Sec-Fetch-Site: "],
  ["Referer: http://evil.example/"],
  ["Referer: https://localhost:PORT/"],
  ["Referer: http://localhost:1/"],
  ["Referer: file:///home/a.html"],
  ["Referer: nonsense"],
];

/** Headers with which the app's own page does. */
export const OWN_SCRIPTS: string[][] = [
  [],
  ["Sec-Fetch-Site: same-origin"],
  ["Sec-Fetch-Site: same-origin", "Referer: http://localhost:PORT/"],
  ["Sec-Fetch-Site: none"],
  ["Referer: http://127.0.0.1:PORT/a?b"],
  ["Referer: "],
];
