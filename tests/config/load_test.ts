import { ENTRY_DEFAULTS } from "../../lib/config/extensions.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import type { Settings } from "../../lib/config/settings.ts";
import { pack } from "../resources/pack.ts";
import { CONFIG, withApp } from "./app.ts";

/** Settings of one configuration and command line. */
function settingsTest(
  name: string,
  config: unknown,
  args: string[],
  check: (settings: Settings) => void,
): void {
  Deno.test(`loadConfig() ${name}`, () =>
    withApp({ [CONFIG]: config }, async ({ load }) => {
      check((await load(args)).settings);
    }));
}

settingsTest("has the contract's defaults", {}, [], (settings) => {
  const { window, limits, raw, ...rest } = settings;
  assertEquals(rest, {
    applicationId: "js.neutralino.framework",
    mode: "window",
    port: 0,
    enableServer: false,
    enableNativeAPI: false,
    singlePageServe: false,
    tokenSecurity: "one-time",
    exportAuthInfo: false,
    enableExtensions: false,
    globalVariables: {},
    serverHeaders: {},
    logging: LOGGING,
    browser: { args: [] },
    cli: {},
    allowedHosts: [],
    allowedOrigins: [],
    requireConnectToken: false,
  });
  assertEquals(limits.maxMessageBytes, 32_000_000);
  assertEquals(Object.keys(limits).length, 7);
  assertEquals([window.title, window.width, window.minWidth], ["Neutralinojs", 800, -1]);
  assertEquals([window.resizable, window.positioned, window.newWindowPolicy], [
    true,
    false,
    "system",
  ]);
  assertEquals(raw, {});
});

settingsTest(
  "takes flag over mode over root, whole values",
  {
    defaultMode: "cloud",
    port: 1,
    url: "/root/",
    nativeBlockList: ["a"],
    globalVariables: { A: 1, B: 2 },
    logging: { writeToLogFile: false },
    modes: {
      cloud: {
        port: 2,
        url: "/mode/",
        nativeBlockList: [],
        globalVariables: { C: 3 },
        logging: {},
      },
      browser: { port: 9 },
    },
  },
  ["--port=3"],
  (settings) => {
    assertEquals([settings.port, settings.url], [3, "/mode/"]);
    assertEquals(settings.nativeBlockList, []);
    assertEquals(settings.globalVariables, { C: 3 });
    assertEquals(settings.logging, LOGGING);
  },
);

/** Without what they ask the lock for; scopes_test.ts looks at that. */
function entries({ extensions = [] }: Settings) {
  return extensions.map(({ demand: _, ...entry }) => entry);
}

settingsTest(
  "takes null for absent at every level",
  {
    applicationId: null,
    port: 5,
    url: null,
    extensions: [null, { id: null, command: "x" }, { id: "a", command: "x", commandLinux: null }],
    limits: { maxConnections: null, maxQueuedMs: 1 },
    modes: { window: { port: null, width: null }, cloud: null },
    logging: { enabled: null, writeToLogFile: false },
  },
  [],
  (settings) => {
    assertEquals([settings.port, settings.url, settings.window.width], [5, undefined, 800]);
    assertEquals(entries(settings), [{ ...ENTRY_DEFAULTS, id: "a", command: "x" }]);
    assertEquals([settings.limits.maxConnections, settings.limits.maxQueuedMs], [4096, 1]);
    assertEquals(settings.logging, { ...LOGGING, writeToLogFile: false });
  },
);

settingsTest(
  "chooses the extension's command for the system and inserts paths",
  {
    extensions: [
      { id: "a", command: "generic", commandLinux: "run '${NL_OSDATAPATH}'/x", handshake: "stdin" },
      { id: "b", commandWindows: "x", nativeAllowList: ["app.*"], nativeBlockList: [] },
      { command: "no id" },
      { id: "__proto__", command: "" },
    ],
  },
  [],
  (settings) =>
    assertEquals(entries(settings), [
      { ...ENTRY_DEFAULTS, id: "a", command: "run '/home/u/.local/share'/x", handshake: "stdin" },
      { ...ENTRY_DEFAULTS, id: "b", nativeAllowList: ["app.*"], nativeBlockList: [] },
      { ...ENTRY_DEFAULTS, id: "__proto__" },
    ]),
);

settingsTest(
  "reads window and browser settings",
  {
    modes: {
      window: { title: "T", x: 0, newWindowPolicy: "odd", args: '--a "b c"' },
      chrome: {
        width: 3,
        args: "--not",
        browserBinary: "generic",
        browserBinaryLinux: "${NL_OSHOMEPATH}/my chrome",
      },
    },
  },
  ["--window-height=7", "--chrome-height=4"],
  ({ window, browser }) => {
    assertEquals([window.title, window.height, window.positioned], ["T", 7, true]);
    assertEquals(window.newWindowPolicy, "system");
    assertEquals(browser, {
      width: 3,
      height: 4,
      args: ["--a", "b c"],
      browserBinary: "/home/u/my chrome",
    });
  },
);

settingsTest(
  "gives app.getConfig the file with the overrides",
  { custom: { deep: [1] }, port: 1, modes: { cloud: { url: "x" } } },
  ["--port=2", "--window-title=t"],
  ({ raw }) =>
    assertEquals(raw, {
      custom: { deep: [1] },
      port: 2,
      modes: {
        cloud: { url: "x", port: 2 },
        window: { port: 2, title: "t" },
        browser: { port: 2 },
        chrome: { port: 2 },
      },
    }),
);

const LOGGING = {
  enabled: true,
  writeToLogFile: true,
  format: "text" as const,
  maxFileBytes: 1_048_576,
  keepFiles: 3,
};

const HOSTILE = '{"__proto__":{"port":7,"polluted":1},"constructor":{"prototype":{"polluted":1}},' +
  '"modes":{"__proto__":{"cloud":{"port":8}}},"globalVariables":{"__proto__":{"polluted":1},"A":1},' +
  '"limits":{"__proto__":{"maxConnections":1}},"extensions":[{"__proto__":{"id":"x"}}]}';

for (
  const [what, text] of [["JSON", HOSTILE], ["JSON with comments", `// c\n${HOSTILE}`]] as const
) {
  settingsTest(`takes no __proto__ from ${what}`, text, [], (settings) => {
    assertEquals(Reflect.get({}, "polluted"), undefined);
    assertEquals(settings.port, 0);
    assertEquals(settings.limits.maxConnections, 4096);
    assertEquals(settings.extensions, []);
    assertEquals(settings.globalVariables, { A: 1 });
    assert(!JSON.stringify(settings.raw).includes("__proto__"));
    for (const object of [settings.raw, settings.globalVariables, settings.raw.modes]) {
      assertStrictEquals(Object.getPrototypeOf(object), Object.prototype);
    }
  });
}

const WRONG: [unknown, string[], string][] = [
  [{ port: "abc" }, [], '"port" is "abc", expected a whole number from 0 to 65535'],
  [{ port: 1.5 }, [], '"port" is 1.5, expected a whole number from 0 to 65535'],
  [{ port: -1 }, [], '"port" is -1, expected a whole number from 0 to 65535'],
  [{}, ["--port=70000"], 'the flag "--port" is 70000, expected a whole number from 0 to 65535'],
  [{ enableServer: "yes" }, [], '"enableServer" is "yes", expected true or false'],
  [
    { modes: { window: { width: "1" } } },
    [],
    '"modes.window.width" is "1", expected a whole number',
  ],
  [{ modes: { cloud: { url: 5 } } }, [], '"modes.cloud.url" is 5, expected a string'],
  [{ modes: [] }, [], '"modes" is [], expected an object'],
  [{ globalVariables: ["a"] }, [], '"globalVariables" is ["a"], expected an object'],
  [{ serverHeaders: { a: 1 } }, [], '"serverHeaders.a" is 1, expected a string'],
  [{ nativeAllowList: "app.*" }, [], '"nativeAllowList" is "app.*", expected an array of strings'],
  [{ extensions: { id: "a" } }, [], '"extensions" is {"id":"a"}, expected an array of objects'],
  [{ extensions: ["a"] }, [], '"extensions.0" is "a", expected an object'],
  [
    { extensions: [{ id: "a", handshake: "x" }] },
    [],
    '"extensions.0.handshake" is "x", expected "both", "stdin" or "arguments"',
  ],
  [
    { limits: { maxConnections: 0 } },
    [],
    '"limits.maxConnections" is 0, expected a whole number above 0',
  ],
  [
    { port: "a", url: 1 },
    [],
    '"port" is "a", expected a whole number from 0 to 65535; "url" is 1, expected a string',
  ],
  [[], [], "it is [], expected an object"],
  ["5", [], "it is 5, expected an object"],
  [{ applicationId: "--" }, [], '"applicationId" is "--", expected letters'],
  [{ extensions: [{ id: "a b" }] }, [], '"extensions.0.id" is "a b", expected letters'],
  [{ extensions: [{ id: "" }] }, [], '"extensions.0.id" is "", expected letters'],
  [
    { enableServer: true, documentRoot: "/dist/" },
    ["--load-dir-res"],
    '"documentRoot" is "/dist/", expected a folder below ',
  ],
  [
    { enableServer: true, documentRoot: "/" },
    ["--load-dir-res", "--document-root=/dist"],
    'the flag "--document-root" is "/dist", expected a folder below ',
  ],
];

for (const [config, args, message] of WRONG) {
  Deno.test(`loadConfig() names the key, the value and what was expected: ${message}`, () =>
    withApp({ [CONFIG]: config }, async ({ load }) => {
      const error = await assertRejects(() => load(args), StartError);
      const prefix = `Cannot use the configuration "${CONFIG}": `;
      assert(error.message.startsWith(prefix + message), error.message);
      assert(!error.message.includes("\n"));
    }));
}

Deno.test("loadConfig() names five problems and counts the rest, on one line", () =>
  withApp({
    [CONFIG]: {
      modes: {
        window: {
          x: "1",
          y: "1",
          width: "x".repeat(999),
          height: "\n",
          icon: 1,
          title: 1,
          hidden: "1",
        },
      },
    },
  }, async ({ load }) => {
    const { message } = await assertRejects(() => load(), StartError);
    assertEquals(message.split("; ").length, 6);
    assert(message.endsWith("; and 2 more") && !message.includes("\n") && message.length < 600);
  }));

const WARNED: [unknown, string[], string][] = [
  [{ defaultMode: "tab" }, [], "NE_CF_UNSUPMD: Unsupported mode: tab."],
  [{}, ["--mode=tab"], "NE_CF_UNSUPMD: Unsupported mode: tab."],
  [{ tokenSecurity: "onetime" }, [], '"tokenSecurity" is "onetime", which counts as "none"'],
  [{ url: "index.html" }, [], '"url" is "index.html", which no browser opens'],
  [{}, ["--url=about/ü"], '"url" is "about/ü", which no browser opens'],
  [{ url: "/", enableHTTPServer: true }, [], '"url" is "/", which nobody serves'],
  [{ extensions: [{ id: "a" }, { id: "a" }] }, [], '"extensions.1.id" is "a" a second time'],
];

for (const [config, args, warning] of WARNED) {
  Deno.test(`loadConfig() warns: ${warning}`, () =>
    withApp({ [CONFIG]: config }, async ({ load, records }) => {
      const { warnings, settings } = await load(args);
      assertEquals(warnings.length, 1);
      assert(warnings[0]?.startsWith(warning), warnings[0]);
      assert(records.includes(`warning ${warnings[0]}`));
      assertEquals(settings.mode, "window");
      assert((settings.extensions?.length ?? 1) === 1);
    }));
}

Deno.test("loadConfig() starts with a documentRoot not built yet when the page is elsewhere", () =>
  withApp({ [CONFIG]: { enableServer: true, documentRoot: "/dist/" } }, async ({ load }) => {
    const { settings } = await load(["--load-dir-res", "--url=http://localhost:5173"]);
    assertEquals(settings.documentRoot, "/dist/");
  }));

Deno.test("loadConfig() admits the development tools for folders only, in any order", () =>
  withApp({ [CONFIG]: {} }, async ({ load, folder }) => {
    assertEquals((await load()).devExtension, false);
    assertEquals((await load(["--neu-dev-extension", "--load-dir-res"])).devExtension, true);
    await Deno.writeFile(`${folder}/resources.neu`, pack({ [CONFIG]: "{}" }));
    const refused = await load(["--neu-dev-extension"]);
    assertEquals([refused.devExtension, refused.warnings.length], [false, 1]);
  }));

Deno.test("loadConfig() finds the app's folder", () =>
  withApp({ [CONFIG]: { dataLocation: "system" }, "my app": "" }, async ({ load, folder }) => {
    const at = async (args: string[], options = {}) =>
      (await load([], { args, cwd: folder, ...options })).locations.appPath;
    assertEquals(await at([]), folder);
    assertEquals(await at(["--path"]), folder);
    assertEquals(await at([`--path=${folder}/`]), folder);
    assertEquals(await at(["--path=."]), ".");
    assertEquals(await at([], { compiled: true, cwd: "/", execPath: `${folder}/my app` }), folder);
  }));

Deno.test("loadConfig() refuses a --path that is no folder", () =>
  withApp({ [CONFIG]: {} }, async ({ load, folder }) => {
    const refused = (path: string) => assertRejects(() => load([`--path=${path}`]), StartError);
    assertEquals(
      (await refused(`${folder}/none`)).message,
      `Cannot use the flag "--path": "${folder}/none" does not exist`,
    );
    assert((await refused(`${folder}/${CONFIG}`)).message.endsWith("is no folder"));
  }));

Deno.test("loadConfig() needs HOME only where it decides", () =>
  withApp({ [CONFIG]: { applicationId: "a.b", dataLocation: "system" } }, async ({ load }) => {
    const env = (variables: Record<string, string>) => ({
      env: (name: string) => new Map(Object.entries(variables)).get(name),
    });
    assertEquals((await load([], env({ XDG_DATA_HOME: "/d" }))).locations.dataPath, "/d/a.b");
    await assertRejects(() => load([], env({})), StartError, "HOME is not set");
    await assertRejects(() => load([], env({ XDG_DATA_HOME: "d" })), StartError, "XDG_DATA_HOME");
  }));

Deno.test("loadConfig() adds OUTRIGGER_BROWSER_ARGS", () =>
  withApp({ [CONFIG]: { modes: { chrome: { args: "--a" } } } }, async ({ load }) => {
    const { settings } = await load(["--mode=chrome"], {
      env: (name) => name === "OUTRIGGER_BROWSER_ARGS" ? "--no-sandbox '--b c'" : undefined,
    });
    assertEquals(settings.browser.args, ["--a", "--no-sandbox", "--b c"]);
  }));

Deno.test("loadConfig() names the problem of a flag once, though it is written into every mode", () =>
  withApp({ [CONFIG]: {} }, async ({ load }) => {
    const error = await assertRejects(() => load(["--port=99999"]), StartError);
    assertEquals(error.message.split("99999").length, 2);
  }));
