/**
 * What Deno keeps within its scopes reaches a port where nothing is given to somebody without a token:
 * on the host's own one it could take the page's, as a browser does.
 */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { SandboxPort } from "../../lib/host/sandbox_port.ts";
import { startTestHost, type TestHost, within } from "../../lib/testing.ts";
import { argumentsOf, startPackagesHost } from "../airdcpp/packages_host.ts";
import { Refusals } from "../../lib/server/refusals.ts";
import { RecordingLog } from "../process/real_processes.ts";
import { rawRequest } from "../server/raw_http.ts";
import { query } from "../neutralino/wire.ts";
import { ACCEPTED_HOSTS, REFUSED_HOSTS, REFUSED_ORIGINS, UPGRADE } from "./hostile_requests.ts";
import { APP_FILES, holdsToken } from "./whole_host.ts";

/** Fetches what it is told to, and tells what it got. */
const SCRIPT = `
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  await new Response(Deno.stdin.readable).json();
const socket = new WebSocket("ws://localhost:" + nlPort +
  "?extensionId=" + nlExtensionId + "&connectToken=" + nlConnectToken);
socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  if (message.event !== "fetch") return;
  const got = await fetch(message.data.replace("OWN", nlPort)).then(
    async (response) => [String(response.status), await response.text()],
    ({ name, message }) => [name, message],
  );
  socket.send(JSON.stringify({
    id: crypto.randomUUID(), method: "app.broadcast", accessToken: nlToken,
    data: { event: "fetched", data: [...got, Number(nlPort)] },
  }));
};
socket.onclose = () => Deno.exit();
`;

const SANDBOXED = {
  id: "js.sandboxed",
  engine: "deno",
  script: "ext/main.js",
  denoBinary: Deno.execPath(),
};

interface Sandboxed {
  app: TestHost;
  fetches(address: string): Promise<[statusOrError: string, text: string]>;
  /** Where it finds the host. */
  port: number;
}

async function withSandboxed(
  config: Record<string, unknown>,
  test: (sandboxed: Sandboxed) => Promise<void>,
): Promise<void> {
  await using app = await startTestHost({
    config: {
      ...config,
      extensions: [{ id: "driver" }, SANDBOXED],
    },
    files: { ...APP_FILES, "ext/main.js": SCRIPT },
  });
  await app.extensionConnected(SANDBOXED.id);
  await using page = await app.connectPage();
  const ask = async (data: string) => {
    await page.call("extensions.dispatch", { extensionId: SANDBOXED.id, event: "fetch", data });
    return await page.event("fetched") as [string, string, number];
  };
  const [, , port] = await ask("http://127.0.0.1:OWN/");
  const fetches = async (address: string): Promise<[string, string]> => {
    const [statusOrError, text] = await ask(address);
    return [statusOrError, text];
  };
  await test({ app, port, fetches });
}

Deno.test("a sandboxed extension does not reach the port where pages get their token", () =>
  withSandboxed({}, async ({ app, port, fetches }) => {
    assertNotEquals(port, app.host.port);
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const address = `http://${name}:${app.host.port}/__neutralino_globals.js`;
      const [error, why] = await fetches(address);
      assertEquals([name, error], [name, "NotCapable"]);
      assertStringIncludes(why, "Requires net access");
    }
  }));

Deno.test("what a sandboxed extension reaches serves no pages, scripts or tokens", () =>
  withSandboxed({}, async ({ app, port, fetches }) => {
    const paths = ["", "index.html", "__neutralino_globals.js", "neutralino.js", "api/v1/", "x?y"];
    for (const path of paths) {
      const [status, text] = await fetches(`http://localhost:${port}/${path}`);
      assertEquals([path, status], [path, "426"]);
      assert(!holdsToken(app, text) && !text.includes("CONTENT"), text);
    }
    for (const method of ["HEAD", "POST", "PUT", "OPTIONS"]) {
      const { status } = await rawRequest(
        port,
        `${method} /__neutralino_globals.js HTTP/1.1`,
        `Host: localhost:${port}`,
      );
      assertEquals([method, status], [method, 426]);
    }
  }));

Deno.test("without a token nobody connects where sandboxed extensions do, as another one neither", () =>
  withSandboxed({}, async ({ app, port }) => {
    const status = async (target: string) =>
      (await rawRequest(port, `GET ${target} HTTP/1.1`, `Host: localhost:${port}`, ...UPGRADE))
        .status;
    assertEquals(await status("/?extensionId=driver"), 400);
    await app.printed("the port of sandboxed extensions demand");
    assertEquals(await status("/"), 400);
    assertEquals(await status("/?extensionId=driver&connectToken=abc"), 400);
    assertEquals(await status(`/${query(app.host.tokens.backend)}`), 101);
    // The same on the host's own port, where the older protocol is spoken.
    const own = app.host.port;
    const older = await rawRequest(
      own,
      "GET /?extensionId=driver HTTP/1.1",
      `Host: localhost:${own}`,
      ...UPGRADE,
    );
    assertEquals(older.status, 101);
  }));

Deno.test("the port of sandboxed extensions knows its own Host and Origin alone", () =>
  withSandboxed({ allowedOrigins: ["http://localhost:5173"] }, async ({ app, port }) => {
    const target = `/${query(app.host.tokens.backend)}`;
    const status = async (...lines: string[]) =>
      (await rawRequest(
        port,
        `GET ${target} HTTP/1.1`,
        ...lines.map((line) => line.replaceAll("PORT", String(port))),
        ...UPGRADE,
      )).status;
    for (const host of ACCEPTED_HOSTS) assertEquals(await status(`Host: ${host}`), 101, host);
    for (const host of REFUSED_HOSTS) assertEquals(await status(`Host: ${host}`), 403, host);
    assertEquals(await status(`Host: localhost:${app.host.port}`), 403);
    const origins = [...REFUSED_ORIGINS, "http://localhost:5173", new URL(app.host.url).origin];
    for (const origin of origins) {
      assertEquals(await status("Host: localhost:PORT", `Origin: ${origin}`), 403, origin);
    }
  }));

Deno.test("cloud mode opens the port of sandboxed extensions on loopback alone", () =>
  withSandboxed({ defaultMode: "cloud" }, async ({ app, port }) => {
    const outside = Deno.networkInterfaces()
      .find(({ family, address }) => family === "IPv4" && !address.startsWith("127."))?.address;
    const reached = async (hostname: string, port: number) => {
      try {
        (await Deno.connect({ hostname, port })).close();
        return true;
      } catch {
        return false;
      }
    };
    assert(await reached("127.0.0.1", port));
    if (outside === undefined) return;
    assert(await reached(outside, app.host.port));
    assert(!await reached(outside, port));
  }));

Deno.test("the port of sandboxed extensions ends with the host", () =>
  withSandboxed({}, async ({ app, port }) => {
    await within(app.stop(), 10_000, "end of the host");
    const ended = await Deno.connect({ hostname: "127.0.0.1", port }).then(
      (connection) => connection.close(),
      () => "refused",
    );
    assertEquals(ended, "refused");
  }));

Deno.test("a host that ends while a sandboxed extension is about to start reports no error", async () => {
  const waiting = { ...SANDBOXED, id: "js.waiting", dependsOn: [SANDBOXED.id] };
  for (let tries = 0; tries < 5; tries++) {
    const app = await startTestHost({
      config: { extensions: [SANDBOXED, waiting] },
      files: { "ext/main.js": SCRIPT },
    });
    await app.extensionConnected(SANDBOXED.id);
    await within(app.stop(), 10_000, "end of the host");
    assert(!app.output.includes("ERROR"), app.output);
  }
});

Deno.test("a port that nobody has needed is not opened any more when the host ends, and no error", async () => {
  const options = {
    routes: [],
    log: new RecordingLog(),
    refusals: new Refusals(),
    ownProcess: false,
  };
  const unused = new SandboxPort(options);
  await unused.shutdown(100);
  assertEquals(await unused.open(), 0);
  const used = new SandboxPort(options);
  const port = await used.open();
  assertNotEquals(port, 0);
  await used.shutdown(100);
  assertEquals(await used.open(), port);
});

/** Writes down its arguments and what it gets by some addresses. */
const PACKAGE = `
const named = (name) => Deno.args.find((arg) => arg.startsWith("--" + name + "=")).split("=")[1];
const folder = named("settingsPath");
const wanted = JSON.parse(await Deno.readTextFile(folder + "wanted.json"));
const headers = { authorization: named("authToken") };
const got = [];
for (const path of wanted) {
  const address = /^http/.test(path) ? path : "http://" + named("apiUrl") + path;
  got.push(await fetch(address, { headers }).then(
    async (response) => [String(response.status), await response.text()],
    ({ name, message }) => [name, message],
  ));
}
await Deno.writeTextFile(folder + "got.json", JSON.stringify(got));
await Deno.writeTextFile(folder + "argv.tmp", JSON.stringify(["deno", "script", ...Deno.args]));
await Deno.rename(folder + "argv.tmp", folder + "argv.json");
setInterval(() => {}, 1000);
`;

Deno.test("a sandboxed package reaches the API, and neither pages nor the management page", async () => {
  const name = "airdcpp-sandboxed";
  const wanted = [
    `extensions/${name}`,
    "../../__outrigger/extensions",
    "../../__neutralino_globals.js",
    "../../",
  ];
  await using app = await startPackagesHost({
    [name]: {
      manifest: { engines: { deno: "*" } },
      files: { "main.mjs": PACKAGE },
      settings: { "wanted.json": JSON.stringify(wanted) },
    },
  }, {
    config: { packages: { engines: [{ name: "deno", command: Deno.execPath() }] } },
    args: ["--manage"],
    files: APP_FILES,
  });
  const { port } = new URL(`http://${(await argumentsOf(app, name)).get("apiUrl")}`);
  assertNotEquals(Number(port), app.host.port);
  const path = `${app.folder}/packages/${name}/settings/got.json`;
  const [api, ...others] = JSON.parse(await Deno.readTextFile(path)) as [string, string][];
  assertEquals(api![0], "200");
  assertEquals(others.map(([status]) => status), ["426", "426", "426"]);
  for (const [, text] of others) {
    assert(!holdsToken(app, text) && !text.includes("CONTENT"), text);
  }
});

Deno.test("a package that is not sandboxed finds the API where everybody does", async () => {
  const name = "airdcpp-plain";
  await using app = await startPackagesHost({ [name]: {} });
  const { port } = new URL(`http://${(await argumentsOf(app, name)).get("apiUrl")}`);
  assertEquals(Number(port), app.host.port);
});
