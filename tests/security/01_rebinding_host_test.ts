/** Row 1 for a whole host: pages, scripts, token and sockets alike. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { ACCEPTED_HOSTS, REFUSED_HOSTS } from "./hostile_requests.ts";
import { APP_FILES, ask, holdsToken, surfaces } from "./whole_host.ts";

const CONFIG = { extensions: [{ id: "driver" }] };

function start(config: Record<string, unknown> = {}): Promise<TestHost> {
  return startTestHost({ config: { ...CONFIG, ...config }, files: APP_FILES });
}

async function refusesAll(app: TestHost, headers: string[]): Promise<void> {
  for (const [name, target, upgrade] of surfaces(app)) {
    const { status, body } = await ask(app, target, headers, upgrade);
    assert([400, 403].includes(status), `${name} to [${headers.join("; ")}]: ${status}`);
    assert(!holdsToken(app, body), `${name} to [${headers.join("; ")}] gave a token away`);
    assert(!body.includes("CONTENT"), `${name} to [${headers.join("; ")}] gave content away`);
  }
}

/** The one-time token has not been given to anybody before. */
async function tokenIsStillThere(app: TestHost): Promise<void> {
  const { body } = await ask(app, "/__neutralino_globals.js", ["Host: localhost:PORT"]);
  assert(body.includes(app.host.tokens.page), "the one-time token was consumed");
  assertEquals(app.host.extensions.connected, []);
}

Deno.test("a host gives nothing to a foreign Host, not even a 404, and keeps its token", async () => {
  await using app = await start();
  const bodies = REFUSED_HOSTS.filter((host) => host !== "");
  for (const host of bodies) await refusesAll(app, [`Host: ${host}`]);
  await refusesAll(app, []);
  await refusesAll(app, ["Host: "]);
  await refusesAll(app, ["Host: localhost:PORT", "Host: evil.example"]);
  await refusesAll(app, ["Host: evil.example", "Host: localhost:PORT"]);
  await tokenIsStillThere(app);
});

Deno.test("a host serves everything to its own names", async () => {
  for (const host of ACCEPTED_HOSTS) {
    await using app = await start({ tokenSecurity: "none" });
    for (const [name, target, upgrade] of surfaces(app)) {
      const { status } = await ask(app, target, [`Host: ${host}`], upgrade);
      const expected = upgrade ? 101 : target === "/missing.png" ? 404 : 200;
      assertEquals(status, expected, `${name} to ${host}`);
    }
  }
});

/** Names in cloud mode, where `allowedHosts` is `app.example` and `other.example:PORT`. */
const CLOUD: [host: string, allowed: boolean][] = [
  ["app.example", true],
  ["app.example:PORT", true],
  ["APP.example:8443", true],
  ["other.example:81", true],
  ["other.example:82", false],
  ["other.example", false],
  ["localhost:PORT", true],
  ["127.0.0.1:PORT", true],
  ["192.168.1.5:PORT", true],
  ["evil.example", false],
  ["evil.example:PORT", false],
  ["app.example.evil.example", false],
  ["sub.app.example", false],
  ["app.example@evil.example", false],
  ["app.example, evil.example", false],
  ["app.example.", false],
  ["2130706433", false],
  ["0x7f000001", false],
];

for (const [host, allowed] of CLOUD) {
  Deno.test(`cloud mode ${allowed ? "serves" : "refuses"} Host "${host}"`, async () => {
    await using app = await start({
      defaultMode: "cloud",
      allowedHosts: ["app.example", "other.example:81"],
      tokenSecurity: "none",
    });
    if (!allowed) return await refusesAll(app, [`Host: ${host}`]);
    for (const [name, target, upgrade] of surfaces(app)) {
      const { status } = await ask(app, target, [`Host: ${host}`], upgrade);
      const older = target === "/?extensionId=driver";
      const expected = older ? 400 : upgrade ? 101 : target === "/missing.png" ? 404 : 200;
      assertEquals(status, expected, `${name} to ${host}`);
    }
  });
}

Deno.test("allowedHosts does not count outside of cloud mode", async () => {
  await using app = await start({ allowedHosts: ["app.example", "*"] });
  await refusesAll(app, ["Host: app.example"]);
  await refusesAll(app, ["Host: evil.example:PORT"]);
  await tokenIsStillThere(app);
});
