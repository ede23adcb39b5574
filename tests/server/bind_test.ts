import { assertEquals, assertStringIncludes } from "@std/assert";
import { RawConnection, rawRequest } from "./raw_http.ts";

const PROGRAM = `
const { bind } = await import(${JSON.stringify(import.meta.resolve("../../lib/server/bind.ts"))});
const failed = ({ message }) => console.log(message);
const handler = () => new Response("hi");
const { port } = bind({ hostname: "127.0.0.1", port: 0, handler, failed });
console.log(port);
`;

Deno.test({
  name: "bind() answers again after too many open files, and those who are connected all the time",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using child = new Deno.Command("sh", {
      args: ["-c", 'ulimit -n 64; exec "$0" eval "$1"', Deno.execPath(), PROGRAM],
      stdout: "piped",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const port = Number((await lines.read()).value);
    const get = ["GET / HTTP/1.1", `Host: localhost:${port}`] as const;
    using early = await RawConnection.connect(port);
    assertEquals((await early.request(...get)).body, "hi");
    const flood = await Promise.all(
      Array.from({ length: 100 }, () => Deno.connect({ port }).catch(() => undefined)),
    );
    assertStringIncludes((await lines.read()).value!, "Too many open files");
    assertEquals((await early.request(...get)).body, "hi");
    for (const connection of flood) connection?.close();
    const end = performance.now() + 5000;
    const again = () => rawRequest(port, ...get).then(({ body }) => body, () => undefined);
    let body: string | undefined;
    while (body === undefined && performance.now() < end) body = await again();
    assertEquals(body, "hi");
    child.kill();
    await lines.cancel();
  },
});
