import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { HostError } from "../../lib/errors.ts";
import { request } from "../../lib/net/request.ts";
import { startTestHost } from "../../lib/testing.ts";
import { AUTHORITY, OddServer, ok } from "./odd_server.ts";
import { requestOptions } from "./request_options.ts";

const CERTIFICATES = fromFileUrl(new URL("certificates/", import.meta.url));

/** What a request of a process of its own gives, in which the system trusts those of a file. */
async function withSystemStore(port: number, file: string, env = {}): Promise<unknown> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("system_store.ts", import.meta.url).href, `${port}`],
    env: { SSL_CERT_FILE: file, SSL_CERT_DIR: "", ...env },
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "request() trusts what the system trusts, and leaves no trace of it in the environment",
  // Elsewhere no file decides what the system trusts.
  ignore: Deno.build.os !== "linux",
  async fn() {
    using server = new OddServer({ "/": ok("trusted") }, { certificate: "good" });
    const authority = `${CERTIFICATES}authority.pem`;
    assertEquals(
      await Promise.all([
        withSystemStore(server.port, authority),
        withSystemStore(server.port, `${CERTIFICATES}expired.pem`),
        withSystemStore(server.port, authority, { DENO_TLS_CA_STORE: "mozilla" }),
      ]),
      [
        { answer: "trusted", store: null },
        { answer: "NE_NW_SSLVERI", store: null },
        { answer: "NE_NW_SSLVERI", store: "mozilla" },
      ],
    );
  },
});

Deno.test("request() trusts further certificates only where it is told to", async () => {
  using server = new OddServer({ "/": ok("trusted") }, { certificate: "good" });
  const url = `https://localhost:${server.port}/`;
  const error = await assertRejects(() => request(...requestOptions(url)), HostError);
  assertEquals(error.message, "SSL server verification failed for 20");
  const options = requestOptions(url, { trustedCertificates: [AUTHORITY] });
  assertEquals((await request(...options)).body, "trusted");
});

Deno.test("request() refuses a body that is too large, coded or not", async () => {
  const zipped = new Uint8Array(
    await new Response(
      new Blob(["x".repeat(100_000)]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  const head = new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
  using server = new OddServer({
    "/plain": ok("x".repeat(100_000)),
    "/zipped": new Uint8Array([...head, ...zipped]),
  });
  for (const path of ["plain", "zipped"]) {
    for (const [maxBodyBytes, fits] of [[100_000, true], [99_999, false]] as const) {
      const [options, exchange] = requestOptions(`http://127.0.0.1:${server.port}/${path}`, {
        maxBodyBytes,
      });
      const answer = request({ ...options, headers: [["Accept-Encoding", "gzip"]] }, exchange);
      if (fits) assertEquals((await answer).body.length, 100_000);
      else assertEquals((await assertRejects(() => answer, HostError)).code, "NE_NW_HTTPERR");
    }
  }
});

Deno.test("request() reads the answer of a server that does not read the request first", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    const connection = await listener.accept();
    // Both sides would wait for each other if the answer were only read after the request was sent.
    const answer = new TextEncoder().encode(ok("x".repeat(20_000_000)));
    for (let at = 0; at < answer.length;) at += await connection.write(answer.subarray(at));
    await new Response(connection.readable).bytes().catch(() => {});
  })();
  const [options, exchange] = requestOptions(`http://127.0.0.1:${listener.addr.port}/`);
  const body = "y".repeat(20_000_000);
  const answer = await request({ ...options, method: "POST", body }, exchange);
  assertEquals(answer.body.length, 20_000_000);
  await serving;
});

Deno.test("request() finds a server that answers at one of the addresses of localhost", async () => {
  for (const hostname of ["127.0.0.1", "::1"]) {
    let listener;
    try {
      listener = Deno.listen({ hostname, port: 0 });
    } catch {
      continue; // This machine has no such address.
    }
    const serving = (async () => {
      using connection = await listener.accept();
      await connection.read(new Uint8Array(1000));
      await connection.write(new TextEncoder().encode(ok(hostname)));
    })();
    const { body } = await request(...requestOptions(`http://localhost:${listener.addr.port}/`));
    assertEquals(body, hostname);
    await serving;
    listener.close();
  }
});

Deno.test("net.request of a bounded extension asks the host itself only where netHosts names it", async () => {
  await using app = await startTestHost({
    config: {
      tokenSecurity: "none",
      extensions: [
        { id: "free" },
        { id: "files", filesystemRoots: [] },
        { id: "listed", nativeAllowList: ["net.request"] },
        { id: "named", filesystemRoots: [], netHosts: ["127.0.0.1"] },
      ],
    },
    files: { "index.html": "page" },
  });
  using server = new OddServer({
    "/": `HTTP/1.1 302 Found\r\nLocation: ${app.host.url}\r\nContent-Length: 0\r\n\r\n`,
  });
  const { port } = new URL(app.host.url);
  const ask = async (id: string, data: Record<string, unknown>) => {
    const caller = await app.connectDriver(id);
    const answer = await caller.call("net.request", data).catch((error) => error);
    await caller.close();
    return answer instanceof Error ? answer.message : (answer as { body: string }).body;
  };
  const redirected = { url: `http://127.0.0.1:${server.port}/`, allowRedirects: true };
  for (const id of ["files", "listed"]) {
    for (const name of ["127.0.0.1", "localhost", "[::1]", "0"]) {
      const said = await ask(id, { url: `http://${name}:${port}/__neutralino_globals.js` });
      assertStringIncludes(said, "the app's own server", `${id} ${name}`);
    }
    assertStringIncludes(await ask(id, redirected), "the app's own server");
  }
  for (const id of ["free", "named"]) assertEquals(await ask(id, redirected), "page");
});

Deno.test("net.request asks the host itself, and others are answered meanwhile", async () => {
  await using app = await startTestHost({ files: { "index.html": "grüß" } });
  const page = await app.connectPage();
  using server = new OddServer({ "/": "never" });
  const data = { url: `http://127.0.0.1:${server.port}/` };
  const accessToken = app.host.tokens.page;
  page.send(JSON.stringify({ id: "waits", method: "net.request", accessToken, data }));
  const own = await page.call("net.request", { url: `${app.host.url}/index.html` });
  assertEquals((own as { body: string }).body, "grüß");
  await app.eventually(() => server.open === 1);
  // At the end of the host nothing is left.
  await app.host.stop();
  await app.eventually(() => server.open === 0);
});

Deno.test("request() ends at once when the host has ended", async () => {
  using server = new OddServer({ "/": "never" });
  const ended = new AbortController();
  ended.abort();
  const options = requestOptions(`http://127.0.0.1:${server.port}/`, { signal: ended.signal });
  const { message } = await assertRejects(() => request(...options), HostError);
  assertEquals(message, "HTTP error: Connection handling canceled");
  assert(server.open === 0);
});
