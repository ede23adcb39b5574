import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describeEarlyExit, surroundings } from "../../lib/desktop/early_exit.ts";

const EXIT = {
  binary: "/usr/bin/chromium",
  code: 1,
  stderrTail: ["one", "two"],
  args: [] as string[],
  profile: "/data/.tmp/chromedata",
  isRoot: false,
  hasDisplay: true,
};

Deno.test("describeEarlyExit() names browser, code, last lines and profile", () => {
  assertEquals(
    describeEarlyExit(EXIT),
    'The browser "/usr/bin/chromium" ended with code 1 before it showed the app. ' +
      "Its last lines were:\n  one\n  two\n" +
      'Likely reasons: the profile "/data/.tmp/chromedata" is in use by another browser.',
  );
});

Deno.test("describeEarlyExit() suggests --no-sandbox to root, unless it is given", () => {
  const advice = "OUTRIGGER_BROWSER_ARGS=--no-sandbox";
  assertStringIncludes(describeEarlyExit({ ...EXIT, isRoot: true }), advice);
  assertNotMatch(describeEarlyExit(EXIT), /sandbox/);
  assertNotMatch(describeEarlyExit({ ...EXIT, isRoot: true, args: ["--no-sandbox"] }), /sandbox/);
});

Deno.test("describeEarlyExit() names a missing display, unless none is needed", () => {
  const exit = { ...EXIT, hasDisplay: false };
  assertStringIncludes(describeEarlyExit(exit), "no display");
  assertNotMatch(describeEarlyExit({ ...exit, args: ["--headless=new"] }), /display/);
});

Deno.test("surroundings() looks for a display where one is needed", () => {
  const uid = () => 0;
  const env = () => undefined;
  assertEquals(surroundings({ os: "linux", env, uid }), { isRoot: true, hasDisplay: false });
  assertEquals(surroundings({ os: "darwin", env, uid: () => 501 }), {
    isRoot: false,
    hasDisplay: true,
  });
  for (const variable of ["DISPLAY", "WAYLAND_DISPLAY"]) {
    const set = (name: string) => name === variable ? ":0" : undefined;
    assertEquals(surroundings({ os: "linux", env: set, uid }).hasDisplay, true);
  }
});
