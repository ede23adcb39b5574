/** Row 11: whoever opens more connections than the host may have files ends nothing. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { within } from "../../lib/testing.ts";
import { until } from "../process/real_processes.ts";
import { needs, posix } from "../tools.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
const MOST_FILES = 200;

/** Whether the page is answered, on a connection of its own. */
async function answers(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

Deno.test({
  name: "the host listens again when connections have taken all files that it may open",
  ...needs(posix),
  async fn() {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-files-" }));
    await Deno.writeTextFile(
      `${folder}/neutralino.config.json`,
      `{"applicationId": "js.outrigger.test", "defaultMode": "cloud", "enableServer": true,
        "enableNativeAPI": true, "exportAuthInfo": true}`,
    );
    await Deno.writeTextFile(`${folder}/index.html`, "hello");
    const host = new Deno.Command("/bin/sh", {
      args: [
        "-c",
        `ulimit -n ${MOST_FILES}; exec "$0" run -A "$1" "--path=$2"`,
        Deno.execPath(),
        MAIN,
        folder,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const strangers: Deno.Conn[] = [];
    try {
      const info = `${folder}/.tmp/auth_info.json`;
      const written = () => Deno.stat(info).then(() => true, () => false);
      await until(written, "auth info", 20_000);
      const { port } = JSON.parse(await Deno.readTextFile(info));
      await until(() => answers(port), "an answer", 5000);
      for (let i = 0; i < MOST_FILES * 2; i++) {
        const stranger = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
        if (stranger === undefined) continue;
        strangers.push(stranger);
        await stranger.write(new TextEncoder().encode("GET / HT")).catch(() => {});
      }
      assertEquals(await within(answers(port), 5000, "answer"), false);
      for (const stranger of strangers.splice(0)) stranger.close();
      await until(() => answers(port), "an answer", 5000);
    } finally {
      for (const stranger of strangers) stranger.close();
      try {
        host.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await host.status;
      await Deno.remove(folder, { recursive: true });
    }
  },
});
