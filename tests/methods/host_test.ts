import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, startTestHost } from "../../lib/testing.ts";
import { VERSION } from "../../lib/version.ts";

Deno.test("host.getInfo tells a backend about the host", async () => {
  await using app = await startTestHost({ config: { version: "1.2.3" } });
  const since = performance.now();
  const backend = await app.connectBackend();
  const atLeast = Math.floor(performance.now() - since);
  const { uptimeMs, ...info } = await backend.call("host.getInfo") as Record<string, unknown>;
  assert(typeof uptimeMs === "number" && uptimeMs >= atLeast, "from the start on");
  assertEquals(info, {
    version: VERSION,
    pid: Deno.pid,
    url: app.host.url,
    port: app.host.port,
    mode: "browser",
    applicationId: "js.outrigger.test",
    appVersion: "1.2.3",
    path: app.folder,
    appClients: 1,
  });
});

Deno.test("host.diagnose knows loaded extensions, and nothing to say of a connected one", async () => {
  await using app = await startTestHost({
    config: { exportAuthInfo: false, extensions: [{ id: "js.a" }, { id: "js.b" }] },
  });
  const backend = await app.connectBackend();
  await app.connectDriver("js.a");
  assertEquals(await backend.call("host.diagnose", { extensionId: "js.a" }), []);
  const [finding] = await backend.call("host.diagnose", { extensionId: "js.b" }) as {
    id: string;
  }[];
  assertEquals(finding!.id, "auth-info-off");
  const unknown = await assertRejects(
    () => backend.call("host.diagnose", { extensionId: "js.c" }),
    CallError,
  );
  assertEquals(unknown.code, "OR_EX_UNKNOWN");
});

Deno.test("host.* is refused to a backend that stands for an extension", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "js.a" }] } });
  const driver = await app.connectDriver("js.a");
  for (const method of ["host.getInfo", "host.diagnose"]) {
    const refused = await assertRejects(
      () => driver.call(method, { extensionId: "js.a" }),
      CallError,
    );
    assertEquals(refused.code, "NE_RT_NATPRME");
  }
});
