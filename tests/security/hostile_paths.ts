/**
 * Paths that try to leave an app's folder or to read its hidden files.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { RawConnection } from "../server/raw_http.ts";

/** What no body may hold. */
export const SECRET = "SECRET";

const UP = [
  "..",
  "%2e%2e",
  "%2E%2E",
  ".%2e",
  "%2e.",
  "%252e%252e",
  "%25252e%25252e",
  "..%00",
  "%00..",
  "...",
  "....",
  "..;",
  "%c0%ae%c0%ae",
  "%e0%80%ae%e0%80%ae",
  "%u002e%u002e",
  "%ef%bc%8e%ef%bc%8e",
  "..%20",
  "..%09",
  "~",
  ".",
  "%2e",
  "",
];
const SEPARATORS = [
  "/",
  "//",
  "///",
  "/./",
  "%2f",
  "%2F",
  "%252f",
  "\\",
  "%5c",
  "%5C",
  "%255c",
  "/\\",
  "\\/",
  "%c0%af",
  "%ef%bc%8f",
  "%00/",
  "?/",
  "#/",
  "%3f/",
  "%23/",
];
const NAMES = [
  "secret.txt",
  "index.html",
  "etc/passwd",
  "a.txt",
  "sub",
  "sub/b.txt",
  "link.txt",
  "link",
  "link/secret.txt",
  "sub/up.dir/secret.txt",
  ".hidden",
  "%2ehidden",
  ".hidden.txt",
  ".tmp/auth_info.json",
  ".tmp",
  ".storage/key.neustorage",
  ".git",
  "sub/.env.txt",
  ".well-known/known.json",
  "neutralino.config.json",
  "NEUTRALINO.config.json",
  "neutralino%2econfig.json",
  "neutralinojs.log",
  "resources.neu",
  "m",
  "m/c.txt",
  "m/link.txt",
  "m/link/secret.txt",
  "m/.hidden.txt",
  "mx/c.txt",
  "mounted/c.txt",
  "app",
  "app/.hidden.txt",
  "application/a.txt",
  "C:",
  "c%3a",
  "C|",
  "file:",
];

/** Numbers that are the same in every run. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    // Xorshift, 32 bits.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * A corpus that is the same in every run: every name, every single climb to a secret, then random ones;
 * absolute paths among them.
 *
 * @param outer the folder around the app, where `secret.txt` lies
 */
export function hostilePaths(count: number, outer: string): string[] {
  const next = generator(0x0badcafe);
  const pick = (list: readonly string[]) => list[next(list.length)]!;
  const names = [...NAMES, `${outer}/secret.txt`, outer.slice(1) + "/secret.txt"];
  const paths = new Set<string>();
  for (const name of names) paths.add(`/${name}`);
  for (const up of UP) {
    for (const separator of SEPARATORS) {
      for (const name of ["secret.txt", ".hidden.txt", "neutralino.config.json"]) {
        paths.add(`/${up}${separator}${name}`);
        paths.add(`/m/${up}${separator}${name}`);
      }
    }
  }
  while (paths.size < count) {
    let path = "/";
    if (next(3) === 0) path += pick(["m", "sub", "link", ".tmp", "x", "m/link"]) + pick(SEPARATORS);
    for (let i = next(5); i >= 0; i--) path += pick(UP) + pick(SEPARATORS);
    path += pick(names);
    if (next(4) === 0) {
      path += pick(["/", "?", "#", "%00", "%00.html", ".", "%20", "::$DATA", "/."]);
    }
    paths.add(path);
  }
  return [...paths].slice(0, count);
}

/**
 * Asks for all paths over one connection; opens another where the server closes it. Fails when a body
 * is not in `allowed`.
 */
export async function askAll(
  port: number,
  paths: readonly string[],
  allowed: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  let connection = await RawConnection.connect(port);
  try {
    for (const path of paths) {
      const { status, body, headers } = await connection.request(
        `GET ${path} HTTP/1.1`,
        `Host: localhost:${port}`,
      );
      statuses.set(path, status);
      assert(!body.includes(SECRET), `${path} gave a secret away`);
      if (status === 200) assert(allowed.has(body), `${path} gave ${body}`);
      else assertEquals(body, "", path);
      if (headers.get("connection") !== "close") continue;
      connection[Symbol.dispose]();
      connection = await RawConnection.connect(port);
    }
  } finally {
    connection[Symbol.dispose]();
  }
  return statuses;
}
