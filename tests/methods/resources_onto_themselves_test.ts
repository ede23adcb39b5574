import { assertEquals } from "@std/assert";
import { CallError, startTestHost, type TestClient } from "../../lib/testing.ts";
import { pack } from "../resources/pack.ts";
import { linux, needs } from "../tools.ts";

async function codeOf(page: TestClient, method: string, data: unknown): Promise<string> {
  const error = await page.call(`resources.${method}`, data).catch((error) => error);
  return error instanceof CallError ? error.code : "";
}

Deno.test("what is extracted onto itself or into itself stays as it is", async () => {
  await using app = await startTestHost({ files: { "web/sub/a.txt": "precious" } });
  const page = await app.connectPage();
  const web = `${app.folder}/web`;
  await Deno.link(`${web}/sub/a.txt`, `${app.folder}/linked.txt`);
  for (const destination of [`${web}/sub/a.txt`, `${web}/./sub/../sub/a.txt`, "linked.txt"]) {
    const data = {
      path: "/web/sub/a.txt",
      destination: destination.startsWith("/") ? destination : `${app.folder}/${destination}`,
    };
    assertEquals(await codeOf(page, "extractFile", data), "NE_RS_FILEXTF", destination);
  }
  for (const destination of [web, `${web}/`, `${web}/new`, `${web}/sub/x/y`]) {
    const data = { path: "/web", destination };
    assertEquals(await codeOf(page, "extractDirectory", data), "NE_RS_DIREXTF", destination);
    assertEquals(await codeOf(page, "extractFile", data), "NE_RS_FILEXTF", destination);
  }
  assertEquals(await Deno.readTextFile(`${web}/sub/a.txt`), "precious");
  assertEquals(await Array.fromAsync(Deno.readDir(web), ({ name }) => name), ["sub"]);
  assertEquals(
    await codeOf(page, "extractDirectory", { path: "/web", destination: `${web}2` }),
    "",
  );
  assertEquals(await Deno.readTextFile(`${web}2/sub/a.txt`), "precious");
});

Deno.test("nothing is extracted over the archive that it is read from", async () => {
  const archive = pack({
    "neutralino.config.json": JSON.stringify({
      applicationId: "js.outrigger.test",
      defaultMode: "browser",
      enableServer: true,
      enableNativeAPI: true,
    }),
    "a.txt": "precious",
  });
  await using app = await startTestHost({ files: { "resources.neu": archive } });
  const page = await app.connectPage();
  const data = { path: "/a.txt", destination: `${app.folder}/resources.neu` };
  assertEquals(await codeOf(page, "extractFile", data), "NE_RS_FILEXTF");
  assertEquals(await Deno.readFile(`${app.folder}/resources.neu`), archive);
});

Deno.test({
  name: "extracting does not wait for a named pipe",
  ...needs(linux),
  async fn() {
    await using app = await startTestHost({ files: { "web/a.txt": "a" } });
    const page = await app.connectPage();
    const pipe = `${app.folder}/out/a.txt`;
    await Deno.mkdir(`${app.folder}/out`);
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const file = { path: "/web/a.txt", destination: pipe };
    assertEquals(await codeOf(page, "extractFile", file), "NE_RS_FILEXTF");
    const folder = { path: "/web", destination: `${app.folder}/out` };
    assertEquals(await codeOf(page, "extractDirectory", folder), "NE_RS_DIREXTF");
  },
});
