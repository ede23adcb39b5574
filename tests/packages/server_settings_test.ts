import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FieldError } from "../../lib/packages/field_error.ts";
import {
  SERVER_KEYS,
  ServerSettings,
  type ServerSettingsOptions,
} from "../../lib/packages/server_settings.ts";
import { until } from "./until.ts";

interface Opened {
  settings: ServerSettings;
  reports: string[];
}

/** A folder, and settings opened there as often as is wanted. */
async function withFolder(
  body: (
    folder: string,
    open: (options?: Partial<ServerSettingsOptions>) => Promise<Opened>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-settings-" });
  const all: ServerSettings[] = [];
  try {
    await body(folder, async (options = {}) => {
      const reports: string[] = [];
      const report = (message: string) => void reports.push(message);
      const settings = await ServerSettings.open(folder, {
        report,
        os: "linux",
        delayMs: 3_600_000,
        ...options,
      });
      all.push(settings);
      return { settings, reports };
    });
  } finally {
    await Promise.all(all.map((one) => one.close()));
    await Deno.remove(folder, { recursive: true });
  }
}

const FILE = "web-server.json";
const saved = async (folder: string) => JSON.parse(await Deno.readTextFile(`${folder}/${FILE}`));

const DEFAULTS: Record<string, unknown> = {
  web_plain_port: 5600,
  web_tls_port: 5601,
  web_plain_bind_address: "",
  web_tls_bind_address: "",
  web_tls_certificate_path: "",
  web_tls_certificate_key_path: "",
  web_server_threads: 4,
  default_idle_timeout: 20,
  ping_interval: 30,
  ping_timeout: 10,
  extension_engines: [
    { name: "node", command: "nodejs;node", arguments: [] },
    { name: "python3", command: "python3;python", arguments: [] },
    { name: "deno", command: "deno", arguments: [] },
  ],
  extensions_debug_mode: false,
  extensions_init_timeout: 5,
  extensions_auto_update: false,
  list_menuitems_hook_timeout: 1,
};

Deno.test("ServerSettings.get() has the defaults of 8.7 where there is no file, which stays so", () =>
  withFolder(async (folder, open) => {
    const { settings } = await open();
    assertEquals(settings.get(SERVER_KEYS), DEFAULTS);
    assertEquals(settings.get(["ping_timeout"], "force_manual"), { ping_timeout: 10 });
    assertEquals(settings.defaults(["ping_timeout"]), { ping_timeout: 10 });
    await settings.close();
    assertEquals([...Deno.readDirSync(folder)], []);
    const { settings: windows } = await open({ os: "windows" });
    assertEquals(windows.engines[0]!.command, "./Node.js/node.exe;node");
  }));

Deno.test("ServerSettings.definitions() are those of 8.7", () =>
  withFolder(async (_folder, open) => {
    const { settings } = await open();
    const number = (key: string, min: number, max?: number) => {
      const [definition] = settings.definitions([key]);
      assertEquals([definition!.type, definition!.min, definition!.max], ["number", min, max]);
    };
    number("web_plain_port", 0, 65535);
    number("web_server_threads", 1, 100);
    number("default_idle_timeout", 0);
    number("ping_interval", 1, 10000);
    number("extensions_init_timeout", 1, 60);
    number("list_menuitems_hook_timeout", 1, 60);
    const all = settings.definitions(SERVER_KEYS);
    assertEquals(all.map(({ key }) => key), [...SERVER_KEYS]);
    assertEquals(
      Object.fromEntries(all.map(({ key, default_value }) => [key, default_value])),
      DEFAULTS,
    );
  }));

const BAD_VALUES: [key: string, value: unknown, field?: string][] = [
  ["ping_timeout", 0],
  ["ping_timeout", 10001],
  ["ping_timeout", "10"],
  ["extensions_debug_mode", 1],
  ["web_plain_port", 65536],
  ["nothing", 1],
  ["__proto__", 1],
  ["extension_engines", []],
  ["extension_engines", [{ name: "node" }], "command"],
  ["extension_engines", [{ name: "node", command: "" }], "command"],
  ["extension_engines", [{ name: "node", command: "node", arguments: [""] }], "arguments"],
  ["extension_engines", [{ name: "node", command: "node", arguments: "x" }], "arguments"],
];

Deno.test("ServerSettings.set() stores all values or none", () =>
  withFolder(async (_folder, open) => {
    const { settings } = await open();
    for (const [key, value, field = key] of BAD_VALUES) {
      const values = JSON.parse(
        `{"ping_interval": 31, ${JSON.stringify(key)}: ${JSON.stringify(value)}}`,
      );
      for (const method of ["set", "setDefaults"] as const) {
        // Of defaults, those of lists may be empty.
        if (method === "setDefaults" && Array.isArray(value) && value.length === 0) continue;
        const error = assertThrows(() => settings[method](values), FieldError);
        assertEquals([error.field, error.code], [field, "invalid"], key);
      }
      assertEquals(settings.get(SERVER_KEYS), DEFAULTS);
    }
    for (const values of [null, [], "x"]) assertThrows(() => settings.set(values), FieldError);
  }));

Deno.test("ServerSettings names the key that it does not know, and the mode", () =>
  withFolder(async (_folder, open) => {
    const { settings } = await open();
    for (const method of ["get", "defaults", "definitions", "reset"] as const) {
      for (const key of ["nothing", "__proto__", "constructor"]) {
        const error = assertThrows(() => settings[method](["ping_timeout", key]), FieldError);
        assertEquals([error.field, error.code], [key, "invalid"]);
      }
      for (const keys of [undefined, {}, "ping_timeout", [1], Array(1001).fill("ping_timeout")]) {
        assertEquals(assertThrows(() => settings[method](keys), FieldError).field, "keys");
      }
    }
    for (const mode of ["auto", null, 1]) {
      const error = assertThrows(() => settings.get([], mode), FieldError);
      assertEquals(error.field, "value_mode");
    }
  }));

Deno.test("ServerSettings keeps what differs from defaults, in a file for this user alone", () =>
  withFolder(async (folder, open) => {
    const engines = [{ name: "node", command: "/opt/node", arguments: ["--x"] }];
    const { settings } = await open();
    settings.set({ ping_timeout: 11, ping_interval: 30, extension_engines: engines });
    settings.set({ extensions_debug_mode: true, web_server_threads: 5 });
    settings.reset(["web_server_threads"]);
    await settings.close();
    assertEquals(await saved(folder), {
      version: 1,
      settings: { ping_timeout: 11, extension_engines: engines, extensions_debug_mode: true },
    });
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(`${folder}/${FILE}`)).mode! & 0o777, 0o600);
    }
    const { settings: again, reports } = await open();
    assertEquals(again.pingTimeoutMs, 11_000);
    assertEquals(again.pingIntervalMs, 30_000);
    assertEquals(again.engines, engines);
    assertEquals(again.debugMode, true);
    assertEquals(again.initTimeoutMs, 5000);
    assertEquals(again.defaultIdleTimeoutMinutes, 20);
    assertEquals(again.autoUpdate, false);
    assertEquals(again.menuHookTimeoutMs, 1000);
    assertEquals(reports, []);
    again.set({ ping_timeout: 10, extensions_debug_mode: false });
    again.reset(["extension_engines"]);
    await again.close();
    assertEquals((await saved(folder)).settings, {});
    assertEquals(names(folder), [FILE, `${FILE}.bak`]);
    await Deno.remove(`${folder}/${FILE}`);
    assertEquals((await open()).settings.get(SERVER_KEYS), DEFAULTS);
  }));

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("ServerSettings writes a change soon, several at once", () =>
  withFolder(async (folder, open) => {
    const { settings } = await open({ delayMs: 20 });
    for (let seconds = 11; seconds <= 40; seconds++) settings.set({ ping_timeout: seconds });
    await until(() => names(folder).includes(FILE));
    assertEquals((await saved(folder)).settings, { ping_timeout: 40 });
    settings.set({ ping_timeout: 50 });
    await until(async () => (await saved(folder)).settings.ping_timeout === 50);
    await settings.close();
    settings.set({ ping_timeout: 51 });
    await settings.close();
    assertEquals((await saved(folder)).settings, { ping_timeout: 50 });
  }));

Deno.test("ServerSettings reads the copy of a broken file, which it puts aside", () =>
  withFolder(async (folder, open) => {
    const first = await open();
    first.settings.set({ ping_timeout: 11 });
    await first.settings.close();
    await (await open()).settings.close();
    for (const broken of ["{", "", '{"version": 2, "settings": {}}', '{"version": 1}', "null"]) {
      await Deno.writeTextFile(`${folder}/${FILE}`, broken);
      const { settings, reports } = await open({ now: () => 1_700_000_000_500 });
      assertEquals(settings.pingTimeoutMs, 11_000, broken);
      assertEquals(reports.length, 1);
      assert(reports[0]!.includes("its copy is used"), reports[0]);
      const aside = `${FILE}.CORRUPTED_1700000000`;
      assertEquals(await Deno.readTextFile(`${folder}/${aside}`), broken);
      assertEquals(names(folder), [FILE, `${FILE}.CORRUPTED_1700000000`, `${FILE}.bak`]);
    }
    // What was put right is there for the next time.
    assertEquals((await open()).reports, []);
    await Deno.writeTextFile(`${folder}/${FILE}`, "{");
    await Deno.writeTextFile(`${folder}/${FILE}.bak`, "{");
    const { settings, reports } = await open();
    assertEquals(settings.get(SERVER_KEYS), DEFAULTS);
    assert(reports[0]!.includes("defaults are used"), reports[0]);
    await settings.close();
    await Deno.writeTextFile(`${folder}/${FILE}`, "x".repeat(9 << 20));
    assertEquals((await open()).reports.length, 1);
  }));

Deno.test("ServerSettings leaves out values that may not be, and keeps those it does not know", () =>
  withFolder(async (folder, open) => {
    const text = '{"version":1,"settings":{"ping_timeout":0,"ping_interval":31,"later":{"a":1},' +
      '"__proto__":{"polluted":true}}}';
    await Deno.writeTextFile(`${folder}/${FILE}`, text);
    const { settings, reports } = await open();
    assertEquals(settings.get(["ping_timeout", "ping_interval"]), {
      ping_timeout: 10,
      ping_interval: 31,
    });
    assertEquals(reports.length, 1);
    assert(reports[0]!.includes('"ping_timeout"'), reports[0]);
    settings.set({ ping_interval: 32 });
    await settings.close();
    assertEquals(
      JSON.stringify((await saved(folder)).settings),
      '{"later":{"a":1},"__proto__":{"polluted":true},"ping_interval":32}',
    );
    assertEquals(({} as Record<string, unknown>).polluted, undefined);
  }));

Deno.test("ServerSettings tells when it cannot save, and tries again", () =>
  withFolder(async (folder, open) => {
    const { settings, reports } = await open({ delayMs: 1 });
    await Deno.mkdir(`${folder}/${FILE}/full`, { recursive: true });
    settings.set({ ping_timeout: 11 });
    await until(() => reports.length > 0);
    await Deno.remove(`${folder}/${FILE}`, { recursive: true });
    await settings.close();
    assertEquals((await saved(folder)).settings, { ping_timeout: 11 });
    assertEquals(names(folder), [FILE]);
    assertEquals(reports.length, 1);
  }));

Deno.test("ServerSettings.open() fails when the file is there but cannot be read", () =>
  withFolder(async (folder, open) => {
    await Deno.mkdir(`${folder}/${FILE}`);
    await assertRejects(() => open());
  }));

Deno.test("ServerSettings.setDefaults() changes what unset values give, until the host ends", () =>
  withFolder(async (folder, open) => {
    const { settings } = await open();
    settings.setDefaults({ ping_timeout: 60, web_plain_bind_address: null });
    assertEquals(settings.pingTimeoutMs, 60_000);
    assertEquals(settings.defaults(["ping_timeout"]), { ping_timeout: 60 });
    assertEquals(settings.definitions(["ping_timeout"])[0]!.default_value, 60);
    // Wanted, not only unset: it is the same after the next start.
    settings.set({ ping_timeout: 60 });
    // The other way round: only for as long as the host runs.
    settings.setDefaults({ ping_interval: 60 });
    settings.set({ ping_interval: 30 });
    assertEquals(settings.pingIntervalMs, 30_000);
    await settings.close();
    assertEquals((await saved(folder)).settings, { ping_timeout: 60 });
    assertEquals((await open()).settings.defaults(["ping_timeout"]), { ping_timeout: 10 });
  }));

Deno.test("ServerSettings keeps values that the host's configuration decides", () =>
  withFolder(async (folder, open) => {
    const fixed = { web_plain_port: 41423, web_plain_bind_address: "127.0.0.1" };
    const { settings } = await open({ fixed });
    assertEquals(settings.get(Object.keys(fixed)), fixed);
    settings.set({ web_plain_port: 41423 });
    const error = assertThrows(
      () => settings.set({ ping_timeout: 11, web_plain_port: 80 }),
      FieldError,
    );
    assertEquals([error.field, error.code], ["web_plain_port", "invalid"]);
    assertEquals(settings.get(["web_plain_port", "ping_timeout"]), {
      web_plain_port: 41423,
      ping_timeout: 10,
    });
    await settings.close();
    assertEquals((await saved(folder)).settings, {});
    settings.reset(["web_plain_port"]);
    assertEquals(settings.get(["web_plain_port"]), { web_plain_port: 41423 });
    await assertRejects(() => open({ fixed: { web_plain_port: -1 } }), FieldError);
  }));

Deno.test("ServerSettings.needsAdmin() is true for engines and the network", () =>
  withFolder(async (_folder, open) => {
    const { settings } = await open();
    assertEquals(SERVER_KEYS.filter((key) => settings.needsAdmin(key)), [
      "web_plain_port",
      "web_tls_port",
      "web_plain_bind_address",
      "web_tls_bind_address",
      "web_tls_certificate_path",
      "web_tls_certificate_key_path",
      "web_server_threads",
      "extension_engines",
    ]);
  }));
