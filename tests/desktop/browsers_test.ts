import { assertEquals, assertThrows } from "@std/assert";
import { browserCandidates, findBrowser } from "../../lib/desktop/browsers.ts";
import { StartError } from "../../lib/errors.ts";
import { withFolder } from "../process/real_processes.ts";

const noEnv = () => undefined;

Deno.test("browserCandidates() lists the reference's paths on Linux in chrome mode", () => {
  assertEquals(browserCandidates({ mode: "chrome", os: "linux", env: noEnv }), [
    "/usr/bin/google-chrome-stable",
    "/usr/bin/google-chrome",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/snap/bin/chromium",
  ]);
});

Deno.test("browserCandidates() also takes Edge on Linux in window mode", () => {
  assertEquals(browserCandidates({ mode: "window", os: "linux", env: noEnv }).slice(-2), [
    "/usr/bin/microsoft-edge-stable",
    "/usr/bin/microsoft-edge",
  ]);
});

Deno.test("browserCandidates() lists app bundles first on macOS", () => {
  const candidates = browserCandidates({ mode: "window", os: "darwin", env: noEnv });
  assertEquals(candidates.length, 8);
  assertEquals(candidates[0], "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
  assertEquals(candidates[3], "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge");
  assertEquals(candidates[7], "/usr/bin/chromium-browser");
});

Deno.test("browserCandidates() follows the folder variables on Windows", () => {
  const folders = new Map([["LocalAppData", "C:\\L"], ["ProgramFiles", "C:\\P"]]);
  folders.set("ProgramFiles(x86)", "C:\\P86");
  assertEquals(
    browserCandidates({ mode: "chrome", os: "windows", env: (name) => folders.get(name) }),
    [
      "C:\\L\\Google\\Chrome\\Application\\chrome.exe",
      "C:\\P\\Google\\Chrome\\Application\\chrome.exe",
      "C:\\P86\\Google\\Chrome\\Application\\chrome.exe",
      "C:\\L\\Chromium\\Application\\chrome.exe",
      "C:\\P\\Chromium\\Application\\chrome.exe",
      "C:\\P86\\Chromium\\Application\\chrome.exe",
      "C:\\P86\\Microsoft\\Edge\\Application\\msedge.exe",
      "C:\\P\\Microsoft\\Edge\\Application\\msedge.exe",
    ],
  );
  folders.delete("LocalAppData");
  assertEquals(
    browserCandidates({ mode: "chrome", os: "windows", env: (name) => folders.get(name) }).length,
    6,
  );
});

Deno.test("findBrowser() takes the configured one first and falls back to the list", () => {
  const search = { mode: "chrome", configured: "/opt/my browser", os: "linux" } as const;
  assertEquals(findBrowser({ ...search, isFile: () => true }), "/opt/my browser");
  assertEquals(
    findBrowser({ ...search, isFile: (path) => path === "/usr/bin/chromium" }),
    "/usr/bin/chromium",
  );
});

Deno.test("findBrowser() follows links and takes no folder", async () => {
  await withFolder(async (folder) => {
    const os = "linux" as const;
    const link = `${folder}/link`;
    await Deno.writeTextFile(`${folder}/binary`, "");
    await Deno.symlink(`${folder}/binary`, link);
    assertEquals(findBrowser({ mode: "chrome", configured: link, os }), link);
    const error = assertThrows(
      () => findBrowser({ mode: "chrome", configured: folder, os: "windows", env: noEnv }),
      StartError,
      folder,
    );
    assertEquals(error.message.includes("modes.chrome.browserBinary"), true);
  });
});
