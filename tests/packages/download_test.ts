/** Downloads from servers of our own, with and without TLS. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { checkDownload, download, type DownloadOptions } from "../../lib/packages/download.ts";
import { FieldError } from "../../lib/packages/field_error.ts";
import { shownAddress } from "../../lib/packages/web_get.ts";
import { type Answers, AUTHORITY, OddServer, ok, redirect } from "../net/odd_server.ts";

const BODY = "a package ".repeat(20_000);
const sha = (algorithm: string, encoding: "hex" | "base64", body = BODY) =>
  createHash(algorithm).update(body).digest(encoding);
const sri = (algorithm: string, body = BODY) => `${algorithm}-${sha(algorithm, "base64", body)}`;

interface Place {
  /** Downloads into a file of its own; gives its text. */
  fetch(url: string, options?: Partial<DownloadOptions>): Promise<string>;
  /** Fails with a message that contains this, and leaves nothing behind. */
  fails(url: string, message: string, options?: Partial<DownloadOptions>): Promise<void>;
  folder: string;
}

async function withFolder(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-download-" });
  let count = 0;
  const fetch = async (url: string, options: Partial<DownloadOptions> = {}) => {
    const to = `${folder}/${++count}.tgz`;
    const limits = { stallMs: 10_000, deadlineMs: 20_000 };
    const { bytes } = await download(url, {
      to,
      ...limits,
      trustedCertificates: [AUTHORITY],
      ...options,
    });
    const text = await Deno.readTextFile(to);
    assertEquals(bytes, text.length);
    await Deno.remove(to);
    return text;
  };
  try {
    await test({
      folder,
      fetch,
      async fails(url, message, options) {
        const error = await assertRejects(() => fetch(url, options), Error);
        assert(error.message.includes(message), `"${error.message}" without "${message}"`);
        assert(error.message.startsWith(`Cannot download "${shownAddress(url)}": `), error.message);
        assertEquals([...Deno.readDirSync(folder)], []);
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A server, and how it is reached. */
function serve(answers: Answers, certificate?: string) {
  const server = new OddServer(answers, certificate === undefined ? {} : { certificate });
  const scheme = certificate === undefined ? "http" : "https";
  return {
    url: (path: string, host = "localhost") => `${scheme}://${host}:${server.port}${path}`,
    port: server.port,
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}

/** A server that handles each connection as it is told, after it has read the request. */
function serveRaw(
  handle: (connection: Deno.Conn, write: (text: string) => Promise<void>) => unknown,
) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const handling: Promise<void>[] = [];
  void (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      handling.push(
        (async () => {
          await connection.read(new Uint8Array(65536));
          const encoder = new TextEncoder();
          await handle(
            connection,
            async (text) => void await connection.write(encoder.encode(text)),
          );
        })().catch(() => {}),
      );
    }
  })().catch(() => {});
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/x`,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of connections) {
        try {
          connection.close();
        } catch {
          // It is.
        }
      }
      await Promise.all(handling);
    },
  };
}

Deno.test("download() takes a file over TLS and over loopback, and tells how far it is", () =>
  withFolder(async ({ fetch }) => {
    for (const certificate of ["good", undefined]) {
      using server = serve({
        "/a.tgz": ok(BODY),
        "/chunked":
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
      }, certificate);
      const seen: { received: number; total?: number }[] = [];
      const options = { onProgress: (one: typeof seen[number]) => void seen.push(one) };
      assertEquals(await fetch(server.url("/a.tgz?x=1"), options), BODY);
      assertEquals(seen.at(-1), { received: BODY.length, total: BODY.length });
      assert(seen.every(({ received }, at) => received > (seen[at - 1]?.received ?? 0)));
      seen.length = 0;
      assertEquals(await fetch(server.url("/chunked"), options), "abcde");
      assertEquals(seen.at(-1), { received: 5 });
    }
  }));

Deno.test("download() asks only for what is encrypted, trusted and allowed", () =>
  withFolder(async ({ fails, fetch }) => {
    using good = serve({ "/": ok(BODY) }, "good");
    using expired = serve({ "/": ok(BODY) }, "expired");
    using other = serve({ "/": ok(BODY) }, "other_name");
    using plain = serve({ "/": ok(BODY) });
    await fails(good.url("/"), "certificate is not trusted", { trustedCertificates: [] });
    await fails(expired.url("/"), "certificate is not trusted");
    await fails(other.url("/"), "certificate is one for another name");
    await fails(plain.url("/").replace("http:", "https:"), "speaks no TLS");
    await fails("http://example.test/a.tgz", "is not encrypted");
    await fails("http://127.0.0.1.example.test/", "is not encrypted");
    await fails("http://localhost.example.test/", "is not encrypted");
    await fails("http://10.0.0.1/", "is not encrypted");
    await fails("ftp://localhost/", "does not begin with");
    await fails("file:///etc/passwd", "does not begin with");
    await fails("http://user:pass@localhost/", "name or password");
    await fails(good.url("/"), "server that is not allowed", { allowHosts: ["example.test"] });
    await fails(good.url("/"), "server that is not allowed", { allowHosts: ["localhost:1"] });
    assertEquals(await fetch(good.url("/"), { allowHosts: [`localhost:${good.port}`] }), BODY);
    let port;
    {
      using gone = serve({});
      port = gone.port;
    }
    await fails(`http://127.0.0.1:${port}/`, "cannot be reached");
  }));

Deno.test("download() tells nobody names, passwords and queries of addresses", () =>
  withFolder(async ({ fetch }) => {
    using server = serve({ "/away": redirect(302, "http://away.test/a.tgz?key=SECRET") });
    const rows: [url: string, told: string][] = [
      ["http://me:SECRET@localhost/a.tgz?key=SECRET", '"http://***@localhost/a.tgz" holds'],
      ["http://away.test/a.tgz?key=SECRET", '"http://away.test/a.tgz" is not encrypted'],
      [server.url("/away"), '"http://away.test/a.tgz" is not encrypted'],
    ];
    for (const [url, told] of rows) {
      const { message } = await assertRejects(() => fetch(url), Error);
      assert(message.includes(told) && !message.includes("SECRET"), message);
    }
  }));

Deno.test("download() follows five redirects, each looked at again", () =>
  withFolder(async ({ fetch, fails }) => {
    using elsewhere = serve({ "/a.tgz": ok(BODY) });
    const answers: Answers = { "/a.tgz": ok(BODY), "/five": redirect(302, "/four") };
    using server = serve(answers, "good");
    for (const status of [301, 302, 303, 307, 308]) {
      answers[`/${status}`] = redirect(status, "./a.tgz");
      assertEquals(await fetch(server.url(`/${status}`)), BODY);
    }
    const chain = ["/a.tgz", "/one", "/two", "/three", "/four", "/five", "/six"];
    chain.forEach((path, at) => at > 0 && (answers[path] = redirect(302, chain[at - 1]!)));
    assertEquals(await fetch(server.url("/five")), BODY);
    await fails(server.url("/six"), "more than 5 redirects");
    answers["/absolute"] = redirect(302, elsewhere.url("/a.tgz", "127.0.0.1"));
    assertEquals(await fetch(server.url("/absolute")), BODY);
    const allowHosts = [`localhost:${server.port}`];
    await fails(server.url("/absolute"), "server that is not allowed", { allowHosts });
    const rows: [to: string, message: string][] = [
      ["/bad", "leads back"],
      ["/bad#again", "leads back"],
      ["http://example.test/", "is not encrypted"],
      ["file:///etc/passwd", "does not begin with"],
      ["//user@localhost/", "name or password"],
      ["http://[", "a redirect leads to"],
      ["", "leads back"],
    ];
    for (const [to, message] of rows) {
      answers["/bad"] = redirect(302, to);
      await fails(server.url("/bad"), message);
    }
    answers["/ping"] = redirect(302, "/pong");
    answers["/pong"] = redirect(302, "/ping");
    await fails(server.url("/ping"), "leads back");
    answers["/nowhere"] = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n";
    await fails(server.url("/nowhere"), "leads nowhere");
    // Nobody is asked for an address that only looks like a redirect.
    answers["/304"] = redirect(304, "/a.tgz");
    await fails(server.url("/304"), "answers 304");
  }));

Deno.test("download() fails for other answers, and for nothing at all", () =>
  withFolder(async ({ fails }) => {
    using server = serve({
      "/500": "HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nabc",
      "/206": "HTTP/1.1 206 Part\r\nContent-Length: 3\r\n\r\nabc",
      "/204": "HTTP/1.1 204 Nothing\r\n\r\n",
      "/empty": ok(""),
      "/empty-chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "/empty-end": "HTTP/1.1 200 OK\r\n\r\n",
      "/short": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
      "/short-chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      "/no-http": "hello\r\n\r\n",
      "/br": ok("abc", "Content-Encoding: br\r\n"),
    });
    for (
      const [path, message] of [
        ["/404", "answers 404"],
        ["/500", "answers 500"],
        ["/206", "answers 206"],
        ["/204", "answers 204"],
        ["/empty", "is empty"],
        ["/empty-chunks", "is empty"],
        ["/empty-end", "is empty"],
        ["/short", "ended before the answer did"],
        ["/short-chunks", "ended before the answer did"],
        ["/no-http", "is no status"],
        ["/br", "coded as br"],
      ] as const
    ) await fails(server.url(path), message);
  }));

Deno.test("download() bounds what it takes, whether the server says how much comes or not", () =>
  withFolder(async ({ fetch, fails }) => {
    const size = BODY.length;
    using server = serve({
      "/length": ok(BODY),
      "/chunks": `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${
        size.toString(16)
      }\r\n${BODY}\r\n0\r\n\r\n`,
      "/end": `HTTP/1.1 200 OK\r\n\r\n${BODY}`,
      // Nothing of this is read.
      "/claim": "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    });
    for (const path of ["/length", "/chunks", "/end"]) {
      assertEquals(await fetch(server.url(path), { maxBytes: size }), BODY);
      await fails(server.url(path), `more than ${size - 1} bytes`, { maxBytes: size - 1 });
    }
    await fails(server.url("/claim"), `more than ${64 << 20} bytes`);
  }));

Deno.test("download() ends when nothing arrives, or all takes too long", () =>
  withFolder(async ({ fails }) => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    await using silent = serveRaw(() => {});
    await using stalled = serveRaw((_connection, write) => write(`${head}abc`));
    await using half = serveRaw((_connection, write) => write("HTTP/1.1 200"));
    for (const { url } of [silent, stalled, half]) {
      await fails(url, "nothing arrived for 50 ms", { stallMs: 50 });
    }
    await using slow = serveRaw(async (_connection, write) => {
      await write(head);
      for (let i = 0; i < 1000; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        await write("a");
      }
    });
    await fails(slow.url, "took longer than 200 ms", { stallMs: 5000, deadlineMs: 200 });
    await using loop = serveRaw(async (_connection, write) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await write(redirect(302, `/${crypto.randomUUID()}`));
    });
    await fails(loop.url, "took longer than 150 ms", { stallMs: 5000, deadlineMs: 150 });
  }));

Deno.test("download() ends when it is called off, with the reason", () =>
  withFolder(async ({ fetch, folder }) => {
    await using stalled = serveRaw((_connection, write) =>
      write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
    );
    const reason = new Error("no more");
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => controller.abort(reason);
    assertEquals(await assertRejects(() => fetch(stalled.url, { signal, onProgress })), reason);
    assertEquals(await assertRejects(() => fetch(stalled.url, { signal })), reason);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("download() writes a file of its own, and no other", () =>
  withFolder(async ({ folder }) => {
    using server = serve({ "/": ok(BODY) });
    const to = `${folder}/there`;
    await Deno.writeTextFile(to, "kept");
    await assertRejects(() => download(server.url("/"), { to }), Error, "exists");
    assertEquals(await Deno.readTextFile(to), "kept");
    if (Deno.build.os !== "windows") {
      await Deno.symlink(`${folder}/target`, `${folder}/link`);
      await assertRejects(() => download(server.url("/"), { to: `${folder}/link` }), Error);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["link", "there"]);
      const mine = `${folder}/mine`;
      await download(server.url("/"), { to: mine });
      assertEquals((await Deno.stat(mine)).mode! & 0o777, 0o600);
    }
  }));

Deno.test("download() compares digests: the strongest of integrity, and shasum by every letter", () =>
  withFolder(async ({ fetch, fails }) => {
    using server = serve({ "/": ok(BODY) });
    const sha1 = sha("sha1", "hex");
    const wrong = sri("sha512", "another");
    const fine = [
      { integrity: "" },
      { shasum: "" },
      { shasum: sha1 },
      { integrity: sri("sha512") },
      { integrity: sri("sha384") },
      { integrity: sri("sha256") },
      { integrity: ` ${sri("sha512")}?opt  ` },
      { integrity: `${wrong} ${sri("sha512")}` },
      { integrity: `${sri("sha256", "another")} ${sri("sha512")} md5-abc` },
      { integrity: sri("sha512"), shasum: sha1 },
    ];
    for (const options of fine) assertEquals(await fetch(server.url("/"), options), BODY);
    const bad: [options: Partial<DownloadOptions>, message: string][] = [
      [{ shasum: sha1.toUpperCase() }, "its sha1 is"],
      [{ shasum: sha("sha1", "hex", "another") }, "its sha1 is"],
      [{ shasum: "x" }, "its sha1 is"],
      [{ integrity: wrong }, "its sha512 is"],
      [{ integrity: `${sri("sha256")} ${wrong}` }, "its sha512 is"],
      [{ integrity: sri("sha256", "another") }, "its sha256 is"],
      [{ integrity: `sha1-${sha("sha1", "base64")}` }, "names none of"],
      [{ integrity: "sha512" }, "names none of"],
      [{ integrity: sri("sha512").replace("sha512", "SHA512") }, "names none of"],
      [{ integrity: sri("sha512").slice(0, 50) }, "no whole sha512"],
      [{ integrity: sri("sha512"), shasum: "x" }, "its sha1 is"],
      [{ integrity: wrong, shasum: sha1 }, "its sha512 is"],
    ];
    for (const [options, message] of bad) await fails(server.url("/"), message, options);
  }));

Deno.test("checkDownload() names the field that is wrong", () => {
  checkDownload("HTTPS://example.test/a.tgz");
  checkDownload("http://[::1]:80/a", { integrity: sri("sha512"), shasum: "anything" });
  checkDownload("https://example.test/", { integrity: "" });
  const rows: [url: string, integrity: string, field: string][] = [
    ["", "", "url"],
    ["example.test", "", "url"],
    ["https://", "", "url"],
    ["http://example.test/", "", "url"],
    ["javascript:http://x", "", "url"],
    ["https://example.test/", "md5-abc", "integrity"],
  ];
  for (const [url, integrity, field] of rows) {
    const error = assertThrows(() => checkDownload(url, { integrity }), FieldError);
    assertEquals([error.field, error.code], [field, "invalid"], url);
  }
});
