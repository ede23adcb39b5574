import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { launchBrowser } from "../../lib/desktop/app_window.ts";
import { browserArguments } from "../../lib/desktop/launch.ts";
import { StartError } from "../../lib/errors.ts";
import { createMasker } from "../../lib/process/mask.ts";
import { RecordingLog, runningMembers, until, withFolder } from "../process/real_processes.ts";
import {
  DEFAULT_WINDOW,
  dumpArguments,
  dumpedArguments,
  planFor,
  writeScript,
} from "./fake_programs.ts";

const NASTY = `a b"c;d$(touch pwned)&e\`f\``;

Deno.test("launchBrowser() passes every argument as it is", async () => {
  await withFolder(async (folder) => {
    const dump = `${folder}/argv`;
    const nasty = `${folder}/${NASTY}`;
    await Deno.mkdir(nasty);
    const binary = await writeScript(`${nasty}/browser ; x`, dumpArguments(dump));
    const plan = planFor(nasty, {
      mode: "window",
      url: `http://127.0.0.1:1/?q=${NASTY}'|<>\\`,
      browser: { args: [NASTY, "", "*", "~", "%PATH%"] },
      window: { ...DEFAULT_WINDOW, title: NASTY },
    });
    const window = await launchBrowser(binary, { plan, log: new RecordingLog() });
    assertEquals((await window.exited).code, 0);
    assertEquals(await dumpedArguments(dump), browserArguments(plan));
    await window.close();
  });
});

Deno.test("launchBrowser() makes a profile that only the user can read", async () => {
  await withFolder(async (folder) => {
    const binary = await writeScript(`${folder}/browser`, "exit 0");
    await Deno.mkdir(`${folder}/old/chromedata`, { recursive: true, mode: 0o755 });
    for (const tempPath of [`${folder}/new`, `${folder}/old`]) {
      const window = await launchBrowser(binary, {
        plan: planFor(tempPath),
        log: new RecordingLog(),
      });
      await window.exited;
      await window.close();
      const { mode } = await Deno.stat(`${tempPath}/chromedata`);
      assertEquals((mode ?? 0) & 0o777, 0o700);
    }
  });
});

Deno.test("launchBrowser() rejects with a readable text when the browser cannot start", async () => {
  await withFolder(async (folder) => {
    const log = new RecordingLog();
    await Deno.writeTextFile(`${folder}/not executable`, "");
    const error = await assertRejects(
      () => launchBrowser(`${folder}/not executable`, { plan: planFor(folder), log }),
      StartError,
    );
    assertStringIncludes(error.message, "not executable");
    await assertRejects(
      () => launchBrowser("/bin/true", { plan: planFor(`${folder}/not executable`), log }),
      StartError,
      "Cannot make the browser profile",
    );
  });
});

Deno.test("launchBrowser() logs once what a browser window cannot do", async () => {
  await withFolder(async (folder) => {
    const log = new RecordingLog();
    const window = { ...DEFAULT_WINDOW, extendUserAgentWith: "x", borderless: true };
    const app = await launchBrowser("/bin/true", {
      plan: planFor(folder, { mode: "window", window }),
      log,
    });
    await app.exited;
    await app.close();
    assertEquals(log.records.length, 1);
    assertStringIncludes(log.records[0]!, "modes.window.extendUserAgentWith");
  });
});

Deno.test("launchBrowser() warns of scripts that would be injected elsewhere", async () => {
  await withFolder(async (folder) => {
    const log = new RecordingLog();
    const window = { ...DEFAULT_WINDOW, injectGlobals: true, injectScript: "/x.js" };
    const plan = planFor(folder, { mode: "window", window });
    const app = await launchBrowser("/bin/true", { plan, log });
    await app.exited;
    await app.close();
    assertEquals(log.records.length, 1);
    assertStringIncludes(log.records[0]!, "(modes.window.injectGlobals,modes.window.injectScript)");
  });
});

Deno.test("AppWindow.exited and describeEarlyExit() tell why a browser ended", async () => {
  await withFolder(async (folder) => {
    const masker = createMasker();
    masker.add("top-secret");
    const binary = await writeScript(
      `${folder}/browser`,
      "echo 'Missing X server top-secret' >&2; exit 21",
    );
    const app = await launchBrowser(binary, {
      plan: planFor(folder),
      log: new RecordingLog(),
      masker,
    });
    const exit = await app.exited;
    assertEquals(exit, { code: 21, stderrTail: ["Missing X server ***"] });
    const text = app.describeEarlyExit(exit);
    assertStringIncludes(text, binary);
    assertStringIncludes(text, "code 21");
    assertStringIncludes(text, "Missing X server ***");
    assertStringIncludes(text, `${folder}/chromedata`);
    await app.close();
  });
});

Deno.test("AppWindow.close() ends all processes of the browser, the stubborn ones too", async () => {
  await withFolder(async (folder) => {
    const binary = await writeScript(
      `${folder}/browser`,
      `sleep 60 & (trap '' TERM; echo up > '${folder}/up'; sleep 60; sleep 60) & wait`,
    );
    const watched: string[] = [];
    const app = await launchBrowser(binary, {
      plan: planFor(folder),
      log: new RecordingLog(),
      watchdog: {
        add: (pid) => void watched.push(`+${pid}`),
        remove: (pid) => void watched.push(`-${pid}`),
        close: () => Promise.resolve(),
      },
    });
    await until(() => Deno.stat(`${folder}/up`).then(() => true, () => false), "the browser");
    assert(runningMembers(app.pid).length >= 4);
    await app.close({ termMs: 100 });
    assertEquals(runningMembers(app.pid), []);
    assertEquals((await app.exited).code, 143);
    assertEquals(watched, [`+${app.pid}`, `-${app.pid}`]);
  });
});

Deno.test("AppWindow.close() leaves SIGTERM to a browser that heeds it", async () => {
  await withFolder(async (folder) => {
    const binary = await writeScript(
      `${folder}/browser`,
      `trap 'echo saved > "${folder}/state"; exit 0' TERM; echo up > '${folder}/up'; ` +
        "while :; do sleep 0.02; done",
    );
    const app = await launchBrowser(binary, { plan: planFor(folder), log: new RecordingLog() });
    await until(() => Deno.stat(`${folder}/up`).then(() => true, () => false), "the browser");
    await app.close();
    assertEquals((await app.exited).code, 0);
    assertEquals(await Deno.readTextFile(`${folder}/state`), "saved\n");
  });
});
