import { assert, assertEquals } from "@std/assert";
import { browserArguments, unsupportedWindowKeys } from "../../lib/desktop/launch.ts";
import { DEFAULT_WINDOW, planFor } from "./fake_programs.ts";

const FIXED = "--disable-background-networking --disable-background-timer-throttling " +
  "--disable-backgrounding-occluded-windows --disable-breakpad " +
  "--disable-client-side-phishing-detection --disable-default-apps --disable-dev-shm-usage " +
  "--disable-infobars --disable-extensions --disable-hang-monitor " +
  "--disable-ipc-flooding-protection --disable-popup-blocking --disable-prompt-on-repost " +
  "--disable-renderer-backgrounding --disable-sync --disable-translate " +
  "--disable-windows10-custom-titlebar --metrics-recording-only --no-first-run " +
  "--no-default-browser-check --safebrowsing-disable-auto-update --password-store=basic " +
  "--use-mock-keychain --disable-back-forward-cache";

/** The arguments after the fixed switches. */
function variableArguments(...args: Parameters<typeof planFor>): string[] {
  return browserArguments(planFor(...args)).slice(FIXED.split(" ").length);
}

Deno.test("browserArguments() begins with the fixed switches, site isolation left on", () => {
  const args = browserArguments(planFor("/data/.tmp"));
  assertEquals(args.slice(0, FIXED.split(" ").length).join(" "), FIXED);
  assert(!args.some((arg) => arg.includes("site-per-process") || arg.includes("no-sandbox")));
});

Deno.test("browserArguments() adds profile, page, size and further arguments in chrome mode", () => {
  assertEquals(
    variableArguments("/data/.tmp", {
      browser: { width: 640, height: 480, args: ["--foo", "a b", "--last"] },
    }),
    [
      "--user-data-dir=/data/.tmp/chromedata",
      "--app=http://127.0.0.1:1234",
      "--window-size=640,480",
      "--foo",
      "a b",
      "--last",
    ],
  );
});

Deno.test("browserArguments() gives a size only when both are configured", () => {
  for (const browser of [{ args: [] }, { width: 1, args: [] }, { height: 1, args: [] }]) {
    assertEquals(variableArguments("/t", { browser }).length, 2);
  }
});

Deno.test("browserArguments() takes modes.window in window mode", () => {
  assertEquals(
    variableArguments("/t", { mode: "window", browser: { width: 1, height: 2, args: [] } }),
    [
      "--user-data-dir=/t/chromedata",
      "--app=http://127.0.0.1:1234",
      "--window-size=800,600",
      "--window-name=Neutralinojs",
    ],
  );
  const window = {
    ...DEFAULT_WINDOW,
    title: `a "b"; $(c)`,
    x: -5,
    y: 10,
    positioned: true,
    maximize: true,
    fullScreen: true,
  };
  assertEquals(variableArguments("/t", { mode: "window", window }).slice(2), [
    "--window-size=800,600",
    "--window-position=-5,10",
    `--window-name=a "b"; $(c)`,
    "--start-maximized",
    "--start-fullscreen",
  ]);
});

Deno.test("browserArguments() gives an address in the form that a browser takes", () => {
  const app = (url: string) => variableArguments("/t", { url })[1];
  assertEquals(app("http://127.0.0.1:1/a?b='c'"), "--app=http://127.0.0.1:1/a?b='c'");
  assertEquals(
    app("http://127.0.0.1:1/ü b?c d#ö"),
    "--app=http://127.0.0.1:1/%C3%BC%20b?c%20d#%C3%B6",
  );
  assertEquals(app("ü"), "--app=ü");
});

Deno.test("unsupportedWindowKeys() names what is set and cannot be done", () => {
  assertEquals(unsupportedWindowKeys(DEFAULT_WINDOW), []);
  assertEquals(
    unsupportedWindowKeys({ ...DEFAULT_WINDOW, extendUserAgentWith: "x", resizable: false }),
    ["resizable", "extendUserAgentWith"],
  );
});
