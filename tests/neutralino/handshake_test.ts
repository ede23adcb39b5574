import { assert, assertEquals } from "@std/assert";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { RawConnection } from "../server/raw_http.ts";
import { query, Wire } from "./wire.ts";

const CONFIG = {
  extensions: [
    { id: "driver" },
    { id: "js.both", command: "sleep 30; true" },
    { id: "js.stdin", command: "sleep 30; true", handshake: "stdin" },
    { id: "js.arguments", command: "exec sleep 30 #", handshake: "arguments" },
  ],
};

/** The status of a handshake with a raw target. A connection that is let in is closed at once. */
async function handshake(app: TestHost, target: string, ...headers: string[]): Promise<number> {
  using connection = await RawConnection.connect(app.host.port);
  const { status } = await connection.request(
    `GET ${target} HTTP/1.1`,
    `Host: localhost:${app.host.port}`,
    "Upgrade: websocket",
    "Connection: keep-alive, Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  );
  return status;
}

/** Until nobody is connected any more. */
async function settled(app: TestHost): Promise<void> {
  await app.eventually(() => app.host.extensions.connected.length === 0);
}

Deno.test("a handshake is decided by token, id and the entry's generation", async () => {
  await using app = await startTestHost({ config: CONFIG });
  const { page, backend } = app.host.tokens;
  const [pageHalf, backendHalf] = [page, backend].map((token) => token.split(".")[1]!);
  const rows: [target: string, status: number, why: string][] = [
    [`/?connectToken=${pageHalf}`, 101, "a page"],
    [`/any/path?connectToken=${pageHalf}`, 101, "the path does not count"],
    [`/?connectToken=${backendHalf}`, 101, "a backend as an app client"],
    [`/?connectToken=${backendHalf}&extensionId=driver`, 101, "a backend in a free role"],
    [`/?extensionId=driver&connectToken=${backendHalf}`, 101, "in the other order"],
    [
      `/?extensionId=driver%0A%20%20%20%20&connectToken=${backendHalf}`,
      101,
      "an id with encoded white space behind, as neu sends it",
    ],
    [`/?extensionId=driver`, 101, "without a connect token, as the older generation"],
    [`/?extensionId=js.both`, 101, "the same for an extension that was started"],
    [`/?extensionId=js.arguments`, 101, "the same with the older handshake only"],
    [`/?extensionId=js.stdin`, 400, "the current handshake only"],
    [`/`, 400, "nothing at all"],
    [`/?connectToken=`, 400, "an empty token"],
    [`/?connectToken=${pageHalf}x`, 400, "a wrong token"],
    [`/?connectToken=${page}`, 400, "the whole access token"],
    [`/?connectToken=${pageHalf}&extensionId=driver`, 400, "a page in an extension's role"],
    [`/?connectToken=${backendHalf}&extensionId=js.both`, 400, "a backend for a started one"],
    [`/?connectToken=${backendHalf}&extensionId=unknown`, 400, "an id that is not loaded"],
    [`/?connectToken=${backendHalf}&extensionId=`, 400, "an empty id"],
    [`/?connectToken=${backendHalf}&extensionId=%64river`, 400, "an encoded id"],
    [`/?connectToken=${backendHalf}&extensionId=__proto__`, 400, "an inherited name"],
    [`/?extensionId=unknown`, 400, "not loaded, without a token"],
    [`/?extensionId=`, 400, "an empty id without a token"],
  ];
  for (const [target, status, why] of rows) {
    assertEquals(await handshake(app, target), status, `${why}: ${target.slice(0, 40)}`);
    await settled(app);
  }
});

Deno.test("the refusal of a page of an older client library tells which one is needed", async () => {
  await using app = await startTestHost();
  using connection = await RawConnection.connect(app.host.port);
  const { port } = app.host;
  await connection.request(
    "GET / HTTP/1.1",
    `Host: localhost:${port}`,
    `Origin: http://localhost:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  );
  await app.printed("pages need @neutralinojs/lib 5 or newer");
});

Deno.test("the refusal of an older extension whose library sends an Origin tells what to do", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const origin = `Origin: http://localhost:${app.host.port}`;
  assertEquals(await handshake(app, "/?extensionId=driver", origin), 400);
  await app.printed("suppress_origin=True");
});

Deno.test("a handshake that is malformed gets 400", async () => {
  await using app = await startTestHost();
  using connection = await RawConnection.connect(app.host.port);
  const good = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  const half = app.host.tokens.page.split(".")[1];
  const bad: [index: number, line: string][] = [
    [1, "Connection: close"],
    [2, "Sec-WebSocket-Version: 8"],
    [2, "X: y"],
    [3, "Sec-WebSocket-Key: short"],
    [3, "X: y"],
  ];
  for (const [index, line] of bad) {
    const { status, body } = await connection.request(
      `GET /?connectToken=${half} HTTP/1.1`,
      `Host: localhost:${app.host.port}`,
      ...good.with(index, line),
    );
    assertEquals([status, body], [400, ""], line);
    if (line === "Connection: close") break;
  }
});

Deno.test("a second connection of a live extension gets 409, is logged, and changes nothing", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const first = await app.connectDriver("driver");
  const half = app.host.tokens.backend.split(".")[1];
  assertEquals(await handshake(app, `/?connectToken=${half}&extensionId=driver`), 409);
  assertEquals(await handshake(app, `/?extensionId=driver`), 409);
  const page = await app.connectPage();
  await page.call("extensions.dispatch", { extensionId: "driver", event: "still", data: 1 });
  assertEquals(await first.event("still"), 1);
  await app.printed("is connected already");
});

Deno.test("two handshakes for one id at the same moment let one in", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const url = `ws://127.0.0.1:${app.host.port}/${query(app.host.tokens.backend, "driver")}`;
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => Wire.open(url)));
  const wires = results.filter((result) => result.status === "fulfilled");
  assertEquals(wires.length, 1);
  await wires[0]!.value[Symbol.asyncDispose]();
});

Deno.test("an extension may send the access token of its arguments for a connect token", async () => {
  const folder = await Deno.makeTempDir();
  const tell = (id: string, handshake: string) => ({
    id,
    command: `sh -c 'echo "$@" > ${folder}/${id}; exec sleep 30' sh`,
    handshake,
  });
  await using app = await startTestHost({
    config: {
      requireConnectToken: true,
      extensions: [tell("first", "both"), tell("second", "arguments"), { id: "driver" }],
    },
  });
  for (const id of ["first", "second"]) {
    const told = () => Deno.readTextFile(`${folder}/${id}`).catch(() => "");
    await app.eventually(async () => (await told()).endsWith("\n"));
    const token = /--nl-token=(\S+)/.exec(await told())![1]!;
    const other = id === "first" ? "second" : "first";
    assertEquals(await handshake(app, `/?extensionId=${other}&connectToken=${token}`), 400);
    assertEquals(await handshake(app, `/?extensionId=${id}&connectToken=${token}x`), 400);
    assertEquals(await handshake(app, `/?connectToken=${token}`), 400);
    assertEquals(await handshake(app, `/?extensionId=${id}&connectToken=${token}`), 101);
    await settled(app);
  }
  const { backend } = app.host.tokens;
  assertEquals(await handshake(app, `/?extensionId=driver&connectToken=${backend}`), 400);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an extension that uses the exported auth info instead of its own is told so", async () => {
  await using app = await startTestHost({ config: CONFIG });
  const { backend } = app.host.tokens;
  assertEquals(await handshake(app, `/${query(backend, "js.both")}`), 400);
  await app.printed('extension "js.both" connects with the exported auth info');
  await using wire = await Wire.open(`ws://localhost:${app.host.port}?extensionId=js.both`);
  wire.send({ id: "1", method: "app.getConfig", accessToken: backend });
  await wire.response("1");
  await app.printed('Extension "js.both" sent the access token of the exported auth info');
});

Deno.test("requireConnectToken turns connections of the older generation off", async () => {
  await using app = await startTestHost({ config: { ...CONFIG, requireConnectToken: true } });
  for (const id of ["driver", "js.both", "js.arguments"]) {
    assertEquals(await handshake(app, `/?extensionId=${id}`), 400, id);
  }
});

Deno.test("connections above the bound get 503, and there is room again when one has ended", async () => {
  await using app = await startTestHost({ config: { limits: { maxConnections: 2 } } });
  const first = await app.connectPage();
  await app.connectPage();
  const target = `/${query(app.host.tokens.page)}`;
  assertEquals(await handshake(app, target), 503);
  await first.close();
  await app.eventually(async () => await handshake(app, target) === 101);
});

Deno.test("a tokenless backend calls with the exported token and the entry's grant", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "driver", nativeBlockList: ["storage.*"] }] },
  });
  const { backend, page } = app.host.tokens;
  await using wire = await Wire.open(`ws://localhost:${app.host.port}?extensionId=driver`);
  const outcome = async (accessToken: string, method: string) => {
    const id = crypto.randomUUID();
    wire.send({ id, method, accessToken });
    const { data } = await wire.response(id) as { data: { error?: { code: string } } };
    return data.error?.code ?? "ok";
  };
  assertEquals(await outcome(page, "app.getConfig"), "NE_RT_INVTOKN");
  assertEquals(await outcome(backend, "app.getConfig"), "ok");
  assertEquals(await outcome(backend, "storage.getKeys"), "NE_RT_NATPRME");
  assert(app.host.extensions.connected.includes("driver"));
});
