import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { RawConnection, rawRequest } from "./raw_http.ts";
import { startServer } from "./running_server.ts";

const answer = (text: string) => () => new Response(text);

Deno.test("startListener() gives each request to the longest prefix of whole segments", async () => {
  await using server = await startServer([
    { prefix: "/", handler: answer("root") },
    { prefix: "/api", handler: answer("api") },
    { prefix: "/api/v1", handler: answer("v1") },
  ]);
  const host = `Host: localhost:${server.port}`;
  for (
    const [target, body] of [
      ["/", "root"],
      ["/api", "api"],
      ["/api?x", "api"],
      ["/api/v1/x", "v1"],
      ["/api/v10", "api"],
      ["/apix", "root"],
      ["//api", "root"],
    ]
  ) {
    assertEquals((await rawRequest(server.port, `GET ${target} HTTP/1.1`, host)).body, body);
  }
});

Deno.test("startListener() answers 404 where no route is", async () => {
  await using server = await startServer([{ prefix: "/api", handler: answer("api") }]);
  const response = await rawRequest(
    server.port,
    "GET / HTTP/1.1",
    `Host: localhost:${server.port}`,
  );
  assertEquals(response.status, 404);
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("startListener() answers an empty 500 where a handler throws, and lives on", async () => {
  const errors: unknown[] = [];
  await using server = await startServer([
    { prefix: "/", handler: answer("alive") },
    {
      prefix: "/sync",
      handler: () => {
        throw new Error("secret 1");
      },
    },
    { prefix: "/async", handler: () => Promise.reject(new Error("secret 2")) },
  ], { onError: (error) => errors.push((error as Error).message) });
  using connection = await RawConnection.connect(server.port);
  const host = `Host: localhost:${server.port}`;
  for (const target of ["/sync", "/async"]) {
    const response = await connection.request(`GET ${target} HTTP/1.1`, host);
    assertEquals([response.status, response.body], [500, ""]);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  }
  assertEquals((await connection.request("GET / HTTP/1.1", host)).body, "alive");
  assertEquals(errors, ["secret 1", "secret 2"]);
});

Deno.test("startListener() leaves the response of an upgrade untouched", async () => {
  await using server = await startServer([{
    prefix: "/",
    handler: (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = ({ data }) => socket.send(`echo ${data}`);
      return response;
    },
  }], { serverHeaders: { "X-Own": "1" } });
  const response = await rawRequest(
    server.port,
    "GET /any/path?connectToken=a HTTP/1.1",
    `Host: localhost:${server.port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  );
  assertEquals(response.status, 101);
  assertEquals(response.headers.get("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  assertEquals(response.headers.has("x-own"), false);

  const socket = new WebSocket(`ws://localhost:${server.port}/`);
  const echoed = await new Promise((resolve) => {
    socket.onopen = () => socket.send("hello");
    socket.onmessage = ({ data }) => resolve(data);
  });
  assertEquals(echoed, "echo hello");
  await new Promise((resolve) => {
    socket.onclose = resolve;
    socket.close();
  });
});

Deno.test("startListener() listens on ::1 at the same port", async () => {
  await using server = await startServer([{ prefix: "/", handler: answer("x") }], {
    alsoIpv6: true,
  });
  using connection = await RawConnection.connect(
    server.port,
    server.listener.ipv6 ? "::1" : "127.0.0.1",
  );
  const response = await connection.request("GET / HTTP/1.1", `Host: [::1]:${server.port}`);
  assertEquals(response.body, "x");
});

Deno.test("startListener() is content with 127.0.0.1 where ::1 is taken at a given port", async () => {
  using taken = Deno.listen({ hostname: "::1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await using server = await startServer([{ prefix: "/", handler: answer("x") }], {
    alsoIpv6: true,
    port,
  });
  assertEquals([server.port, server.listener.ipv6], [port, false]);
  assertStringIncludes(
    server.log.lines.join(),
    `WARNING Cannot also listen on [::1]:${port}: another program uses it`,
  );
});

Deno.test("startListener() names the port that another program uses", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const error = await assertRejects(() => startServer([], { port, alsoIpv6: true }), StartError);
  assertEquals(
    error.message,
    `Cannot listen on port ${port} ("port"): another program uses it, expected a free port or 0`,
  );
});

Deno.test("startListener() refuses an environment that would move it to another address", async () => {
  // In a process of its own: the environment is shared by all tests.
  const module = new URL("../../lib/server/listener.ts", import.meta.url).href;
  const code = `const { startListener } = await import(${JSON.stringify(module)});
    const options = { hostname: "127.0.0.1", port: 0, alsoIpv6: true, routes: [], log: console };
    await startListener(options).then(
      (listener) => { console.log("listens"); return listener.shutdown(); },
      (error) => console.log(error.name + ": " + error.message),
    );`;
  const run = async (env: Record<string, string>) => {
    const args = ["eval", "--no-check", code];
    const command = new Deno.Command(Deno.execPath(), { args, env, stderr: "inherit" });
    return new TextDecoder().decode((await command.output()).stdout);
  };
  assertEquals(await run({}), "listens\n");
  const output = await run({ DENO_SERVE_ADDRESS: "duplicate,tcp:0.0.0.0:0" });
  assertStringIncludes(output, "StartError: Cannot listen while");
  assertStringIncludes(output, "DENO_SERVE_ADDRESS");
});

Deno.test("Listener.shutdown() does not wait for idle connections", async () => {
  const server = await startServer([{ prefix: "/", handler: answer("x") }]);
  using connection = await RawConnection.connect(server.port);
  await connection.request("GET / HTTP/1.1", `Host: localhost:${server.port}`);
  await server.listener.shutdown(60_000);
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port: server.port }));
});

Deno.test("Listener.shutdown() lets a response in progress end", async () => {
  const started = Promise.withResolvers<void>();
  const proceed = Promise.withResolvers<void>();
  const server = await startServer([{
    prefix: "/",
    handler: async () => {
      started.resolve();
      await proceed.promise;
      return new Response("complete");
    },
  }]);
  const response = rawRequest(server.port, "GET / HTTP/1.1", `Host: localhost:${server.port}`);
  await started.promise;
  const stopped = server.listener.shutdown(60_000);
  proceed.resolve();
  assertEquals((await response).body, "complete");
  await stopped;
});

Deno.test("Listener.shutdown() turns new requests away", async () => {
  const started = Promise.withResolvers<void>();
  const proceed = Promise.withResolvers<void>();
  const server = await startServer([{
    prefix: "/",
    handler: async () => {
      started.resolve();
      await proceed.promise;
      return new Response("complete");
    },
  }]);
  const host = `Host: localhost:${server.port}`;
  using idle = await RawConnection.connect(server.port);
  const response = rawRequest(server.port, "GET / HTTP/1.1", host);
  await started.promise;
  const stopped = server.listener.shutdown(60_000);
  assertEquals((await idle.request("GET / HTTP/1.1", host)).status, 503);
  proceed.resolve();
  assertEquals((await response).body, "complete");
  await stopped;
});

Deno.test("Listener.shutdown() is bounded while a socket of an upgrade is open", async () => {
  const closed = Promise.withResolvers<void>();
  let close = () => {};
  const server = await startServer([{
    prefix: "/",
    handler: (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onclose = () => closed.resolve();
      close = () => socket.close();
      return response;
    },
  }]);
  const client = new WebSocket(`ws://127.0.0.1:${server.port}/`);
  await new Promise((resolve) => client.onopen = resolve);
  await server.listener.shutdown(10);
  // Sockets are the business of the door that made them.
  close();
  await closed.promise;
});

Deno.test("Listener.shutdown() cuts at the deadline what does not end by itself", async () => {
  let cancelled: () => void = () => {};
  const ended = new Promise<void>((resolve) => cancelled = resolve);
  const server = await startServer([{
    prefix: "/",
    // A body that never comes.
    handler: () => new Response(new ReadableStream({ cancel: () => cancelled() })),
  }]);
  using connection = await RawConnection.connect(server.port);
  await connection.request("GET / HTTP/1.1", `Host: localhost:${server.port}`);
  await server.listener.shutdown(10);
  await ended;
});
