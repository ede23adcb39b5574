import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { needs, posix } from "../tools.ts";
import { type Outcome, outriggerRaw, outriggerWith } from "./commands.ts";
import { manifestOf, TestRegistry } from "./npm_registry.ts";
import { HOST, startProgram } from "./program.ts";

const onPosix = needs(posix);

/** Says what it is, has a setting, and tells that it is ready. */
const EXTENSION = `
const parameters = new Map(Deno.args.map((arg) => arg.slice(2).split("=")));
const name = parameters.get("name");
const call = async (method, path, data) => {
  const response = await fetch("http://" + parameters.get("apiUrl") + path, {
    method,
    headers: { authorization: "Bearer " + parameters.get("authToken") },
    body: data && JSON.stringify(data),
  });
  if (!response.ok) throw new Error(await response.text());
};
await call("POST", "extensions/" + name + "/settings/definitions", [
  { key: "text", title: "A text", type: "string", default_value: "hi" },
  { key: "count", title: "A number", type: "number", default_value: 3 },
  { key: "names", title: "Names", type: "list", item_type: "string", default_value: [] },
  { key: "key", title: "A key", type: "password", default_value: "" },
]);
console.log("here I am: VERSION");
console.error("and complain");
setInterval(() => {}, 1000);
`;

function published(name: string, version = "1.0.0", more: Record<string, unknown> = {}) {
  const files = { "main.ts": EXTENSION.replace("VERSION", version) };
  return { manifest: { ...manifestOf(name, { version, ...more }), name, version }, files };
}

/** A folder for packages with a registry, and commands for it. */
class Place implements AsyncDisposable {
  readonly registry = new TestRegistry();
  readonly folder: string;
  readonly packages: string;

  constructor() {
    this.folder = Deno.makeTempDirSync({ prefix: "outrigger-cli-" });
    this.packages = join(this.folder, "packages");
    Deno.writeTextFileSync(
      join(this.folder, "neutralino.config.json"),
      JSON.stringify({
        applicationId: "js.outrigger.cli",
        defaultMode: "cloud",
        packages: { enabled: true, path: "packages", registry: this.registry.url },
      }),
    );
  }

  async ext(...words: string[]): Promise<Outcome> {
    const temporary = join(this.folder, "temporary");
    await Deno.mkdir(temporary, { recursive: true });
    const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
    const outcome = await outriggerWith(["ext", ...words, `--path=${this.folder}`], { env });
    assertEquals([...Deno.readDirSync(temporary)].map(({ name }) => name), [], "left behind");
    return outcome;
  }

  user(words: string[], input = ""): Promise<Outcome> {
    return outriggerWith(["user", ...words, `--path=${this.folder}`], { input });
  }

  async list(): Promise<Record<string, unknown>[]> {
    return JSON.parse((await this.ext("list", "--json")).stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

function fine({ code, stderr, stdout }: Outcome): string {
  assertEquals(code, 0, stderr + stdout);
  return stdout;
}

Deno.test("ext search lists what the registry has for everybody", async () => {
  await using place = new Place();
  const { registry } = place;
  await registry.publish(published("airdcpp-one"));
  await registry.publish(published("airdcpp-two", "2.1.0", { description: "tells \x1b[31m news" }));
  await registry.publish(published("airdcpp-hidden", "1.0.0", { keywords: ["other"] }));
  const lines = fine(await place.ext("search")).split("\n");
  assertMatch(lines[0]!, /^NAME +VERSION +DATE +DESCRIPTION/);
  assertMatch(lines[1]!, /^airdcpp-one +1\.0\.0 +2026-01-02 +About airdcpp-one$/);
  assertMatch(lines[2]!, /^airdcpp-two +2\.1\.0 .* tells  ?\[31m news$/);
  assertEquals(lines.length, 4);
  const found = JSON.parse(fine(await place.ext("search", "two", "--json")));
  assertEquals(found.map(({ name }: { name: string }) => name), ["airdcpp-two"]);
  assertEquals(fine(await place.ext("search", "nothing")), "Nothing was found\n");
  await registry[Symbol.asyncDispose]();
  const { code, stderr } = await place.ext("search");
  assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
});

Deno.test("ext install, list, info, update and remove work without a host", async () => {
  await using place = new Place();
  const { registry } = place;
  assertStringIncludes(fine(await place.ext("list")), "No packages in");
  const asks = { permissions: { netHosts: ["example.org"] } };
  await registry.publish(published("airdcpp-one", "1.0.0", { outrigger: asks }));
  await registry.publish(published("airdcpp-two"));

  const installed = await place.ext("install", "airdcpp-one", "airdcpp-two@^1.0.0");
  const text = fine(installed);
  assertStringIncludes(text, "airdcpp-one 1.0.0\n  About airdcpp-one (by Somebody)\n");
  assertStringIncludes(text, "  runs with deno\n  asks for\n    use the network: example.org\n");
  assertStringIncludes(text, "Installed airdcpp-two 1.0.0\n");
  assertMatch(installed.stderr, /^Downloaded airdcpp-one 1\.0\.0: \S+ K?i?B in \S+ s\n/);

  assertMatch(fine(await place.ext("list")), /airdcpp-one +1\.0\.0 +installed +deno +About/);
  assertEquals((await place.list()).map(({ name, running }) => [name, running]), [
    ["airdcpp-one", null],
    ["airdcpp-two", null],
  ]);
  const info = JSON.parse(fine(await place.ext("info", "airdcpp-one", "--json")));
  assertEquals([info.version, info.state, info.asks, info.folder], [
    "1.0.0",
    null,
    { netHosts: ["example.org"] },
    join(place.packages, "airdcpp-one"),
  ]);

  fine(await place.ext("disable", "airdcpp-one"));
  assertEquals((await place.list()).map(({ disabled }) => disabled), [true, false]);
  fine(await place.ext("enable", "airdcpp-one"));
  assertEquals((await place.list()).map(({ disabled }) => disabled), [false, false]);

  await registry.publish(published("airdcpp-one", "1.10.0", { outrigger: asks }));
  const wider = { permissions: { netHosts: ["example.org"], commands: ["git"] } };
  await registry.publish(published("airdcpp-one", "1.9.0", { outrigger: wider }));
  await registry.publish(published("airdcpp-one", "2.0.0"));
  const table = fine(await place.ext("update", "--check"));
  assertMatch(table, /airdcpp-one +1\.0\.0 +1\.10\.0 +2\.0\.0/);
  assertMatch(table, /airdcpp-two +1\.0\.0 +- +-/);
  const nineth = fine(await place.ext("install", "airdcpp-one@1.9.0"));
  assertStringIncludes(nineth, "airdcpp-one 1.0.0 -> 1.9.0");
  assertStringIncludes(nineth, "asks for more than the version that is installed\n    + start git");
  const held = { permissions: { ...wider.permissions, netHosts: ["example.org", "*.more.org"] } };
  await registry.publish(published("airdcpp-one", "1.10.1", { outrigger: held }));
  const left = await place.ext("update", "--all");
  assertEquals(left.code, 1);
  assertStringIncludes(left.stderr, "1.10.1 asks for more (use the network: *.more.org)");
  const updated = await place.ext("update", "--all", "--yes");
  assertStringIncludes(fine(updated), "Updated airdcpp-one from 1.9.0 to 1.10.1");
  assertStringIncludes(updated.stderr, "airdcpp-one has a new major version, 2.0.0");
  assertEquals(fine(await place.ext("update", "airdcpp-one")), "Nothing is newer\n");

  fine(await place.ext("remove", "airdcpp-one", "airdcpp-two"));
  assertEquals(await place.list(), []);
});

Deno.test("ext install refuses in one line and leaves what is installed", async () => {
  await using place = new Place();
  const { registry, folder } = place;
  await registry.publish(published("airdcpp-one"));
  fine(await place.ext("install", "airdcpp-one"));
  await registry.publish(published("airdcpp-one", "1.1.0"));
  await registry.publish(published("airdcpp-old", "1.0.0", { airdcpp: { apiVersion: 7 } }));
  await registry.publish(published("airdcpp-mac", "1.0.0", { os: ["never"] }));
  await registry.publish(published("airdcpp-mask"), { name: "airdcpp-face" });
  await registry.publish(published("airdcpp-lies"), { version: "0.0.1" });
  await Deno.writeTextFile(join(folder, "no.tgz"), "not an archive");
  const cases: [word: string, said: RegExp][] = [
    ["airdcpp-gone", /"airdcpp-gone".*no such package/],
    ["airdcpp-one@9.9.9", /no version, tag or range "9\.9\.9"/],
    ["one", /./],
    [join(folder, "no.tgz"), /no\.tgz/],
    [join(folder, "gone.tgz"), /cannot read/],
    ["airdcpp-old", /API/],
    ["airdcpp-mac", /runs on "never" only/],
    ["http://example.org/a.tgz", /example\.org/],
    ["airdcpp-mask", /the registry says it is airdcpp-mask 1\.0\.0, its package.json airdcpp-face/],
    ["airdcpp-lies", /the registry says it is airdcpp-lies 1\.0\.0, .* airdcpp-lies 0\.0\.1/],
  ];
  for (const [word, said] of cases) {
    const { code, stderr } = await place.ext("install", word);
    const line = stderr.trimEnd().split("\n").at(-1)!;
    assertEquals([code, line.startsWith("outrigger: ")], [1, true], `${word}: ${stderr}`);
    assertMatch(line, said);
  }
  registry.swapped = true;
  const { code, stderr } = await place.ext("install", "airdcpp-one");
  assertEquals(code, 1);
  assertMatch(stderr, /Cannot install "airdcpp-one": .*(sha512|integrity|digest)/);
  assertEquals((await place.list()).map(({ name, version }) => `${name} ${version}`), [
    "airdcpp-one 1.0.0",
  ]);
  const blocked = JSON.parse(await Deno.readTextFile(join(folder, "neutralino.config.json")));
  blocked.packages.blocked = { "airdcpp-one": "it is bad" };
  await Deno.writeTextFile(join(folder, "neutralino.config.json"), JSON.stringify(blocked));
  registry.swapped = false;
  assertStringIncludes((await place.ext("install", "airdcpp-one")).stderr, "it is bad");
});

Deno.test("ext update goes on behind one that fails", async () => {
  await using place = new Place();
  const { registry } = place;
  for (const name of ["airdcpp-bad", "airdcpp-one"]) await registry.publish(published(name));
  fine(await place.ext("install", "airdcpp-bad", "airdcpp-one"));
  await registry.publish(published("airdcpp-bad", "1.1.0"), { version: "0.0.1" });
  await registry.publish(published("airdcpp-one", "1.1.0"));
  const { code, stdout, stderr } = await place.ext("update", "--all");
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'outrigger: Cannot install "airdcpp-bad": the registry says');
  assertStringIncludes(stdout, "Updated airdcpp-one from 1.0.0 to 1.1.0");
});

Deno.test("commands that need a host say so with exit code 3", async () => {
  await using place = new Place();
  for (const words of [["start", "airdcpp-one"], ["stop", "a"], ["settings", "a"], ["manage"]]) {
    const { code, stderr } = await place.ext(...words);
    assertEquals(code, 3, words.join(" "));
    assertStringIncludes(stderr, "No running host");
  }
  const bare = await Deno.makeTempDir({ prefix: "outrigger-bare-" });
  try {
    const { code, stderr } = await outriggerRaw("ext", "list", `--path=${bare}`);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Packages are off: pass --packages=DIR");
    const given = await outriggerRaw("ext", "list", `--packages=${join(bare, "p")}`);
    assertStringIncludes(fine(given), "No packages in");
  } finally {
    await Deno.remove(bare, { recursive: true });
  }
});

Deno.test("ext logs reads the logs of packages alone", async () => {
  await using place = new Place();
  for (const folder of [join(place.packages, "airdcpp-one"), join(place.folder, "other")]) {
    await Deno.mkdir(join(folder, "logs"), { recursive: true });
    await Deno.writeTextFile(join(folder, "logs", "output.log"), "b\n");
    await Deno.writeTextFile(join(folder, "logs", "output.log.old"), "a\n");
  }
  assertEquals(fine(await place.ext("logs", "airdcpp-one")), "a\nb\n");
  assertEquals(fine(await place.ext("logs", "airdcpp-one", "-n", "1")), "b\n");
  const json = fine(await place.ext("logs", "airdcpp-one", "-n1", "--json"));
  assertEquals(json, '{"source":"stdout","text":"b"}\n');
  for (const name of ["../other", "..", ".outrigger", "airdcpp-one/../../other"]) {
    const { code, stdout } = await place.ext("logs", name);
    assertEquals([code, stdout], [1, ""], name);
  }
  assertStringIncludes((await place.ext("logs", "airdcpp-one", "--stderr")).stderr, "has no log");
});

Deno.test("user add, list and remove work without a host, with the password from stdin", async () => {
  await using place = new Place();
  assertStringIncludes(fine(await place.user(["list"])), "There are no users");
  const added = await place.user(
    ["add", "bob", "--permissions=events_view, settings_view"],
    "secret-3\nx",
  );
  assertEquals(fine(added), 'User "bob" was added (events_view, settings_view)\n');
  fine(await place.user(["add", "ann"], "pw"));
  const file = join(place.packages, ".outrigger", "web-users.json");
  const { settings } = JSON.parse(await Deno.readTextFile(file));
  assertEquals(settings.users.map(({ username }: { username: string }) => username), [
    "ann",
    "bob",
  ]);
  assertEquals(JSON.stringify(settings).includes("secret"), false);
  assertMatch(
    fine(await place.user(["list"])),
    /ann +never +admin\nbob +never +events_view, settings_view/,
  );
  assertStringIncludes(fine(await place.user(["add", "bob"], "other\n")), "has a new password");
  fine(await place.user(["remove", "ann"]));
  const left = JSON.parse(fine(await place.user(["list", "--json"])));
  assertEquals(left, [
    { username: "bob", permissions: ["events_view", "settings_view"], last_login: 0 },
  ]);
  const cases: [words: string[], input: string, code: number, said: string][] = [
    [["add", "eve"], "", 1, "no password"],
    [["add", "no good"], "x", 1, "username"],
    [["add", "eve", "--permissions=root"], "x", 2, 'no permission "root"'],
    [["remove", "eve"], "", 1, 'no user "eve"'],
  ];
  for (const [words, input, code, said] of cases) {
    const outcome = await place.user(words, input);
    assertEquals(outcome.code, code, outcome.stderr);
    assertStringIncludes(outcome.stderr, said);
  }
});

Deno.test("all commands go through a host that runs", onPosix, async () => {
  await using registry = new TestRegistry();
  await registry.publish(published("airdcpp-one"));
  await using program = await startProgram({
    config: {
      packages: { enabled: true, path: "packages", registry: registry.url },
      extensions: [{ id: "airdcpp-configured" }],
    },
    args: ["--mode=cloud", "--manage"],
  });
  const ext = (...words: string[]) => outriggerRaw("ext", ...words, `--path=${program.folder}`);
  const one = async () => JSON.parse(fine(await ext("list", "--json")))[0];
  // The host tells how it can be reached when all else is ready.
  const access = join(program.folder, "packages/.outrigger/api.json");
  await program.eventually(() => Deno.stat(access).then(() => true, () => false));
  registry.slow = true;
  const installed = await ext("install", "airdcpp-one", "--json");
  assertEquals(JSON.parse(fine(installed)), {
    name: "airdcpp-one",
    version: "1.0.0",
    former: null,
  });
  await program.printed("[airdcpp-one] here I am: 1.0.0");
  await program.eventually(async () =>
    fine(await ext("settings", "airdcpp-one")).startsWith("KEY")
  );
  assertMatch(fine(await ext("list")), /airdcpp-one +1\.0\.0 +running/);

  const changed = fine(await ext("settings", "airdcpp-one", "count=7", "names=a, b", "key=hidden"));
  assertMatch(changed, /count +7 +number +3 +A number/);
  assertMatch(changed, /names +\["a","b"\] +list of string/);
  assertMatch(changed, /key +\*\*\* +password/);
  const settings = JSON.parse(fine(await ext("settings", "airdcpp-one", 'text="7"', "--json")));
  assertEquals(settings, { text: "7", count: 7, names: ["a", "b"], key: "hidden" });
  for (
    const [change, code] of [["count=x", 2], ["gone=1", 1], ["count", 2], ["count=-5", 1]] as const
  ) {
    assertEquals((await ext("settings", "airdcpp-one", change)).code, code, change);
  }

  assertEquals(fine(await ext("logs", "airdcpp-one")), "here I am: 1.0.0\n");
  assertStringIncludes(fine(await ext("logs", "airdcpp-one", "--stderr")), "and complain\n");
  assertStringIncludes((await ext("logs", "airdcpp-two")).stderr, "there are airdcpp-one");
  assertEquals((await ext("logs", "../airdcpp-one")).code, 1);
  for (const word of ["info", "settings", "start", "stop", "restart", "disable", "remove"]) {
    const names = word === "info" || word === "settings" ? ["one"] : ["airdcpp-one", "airdcpp-two"];
    const { code, stderr } = await ext(word, ...names);
    const missing = `There is no package "${names.at(-1)}": there are airdcpp-one`;
    assertEquals([code, stderr.includes(missing)], [1, true], `${word}: ${stderr}`);
  }
  const { running, disabled } = await one();
  assertEquals([running, disabled], [true, false]);
  const info = JSON.parse(fine(await ext("info", "airdcpp-one", "--json")));
  assert(info.pid > 0 && info.running, JSON.stringify(info));
  assertMatch(fine(await ext("manage")), /^http:\/\/127\.0\.0\.1:\d+\/__outrigger\/\S+\n$/);

  fine(await ext("stop", "airdcpp-one"));
  assertEquals((await one()).running, false);
  assertStringIncludes(fine(await ext("settings", "airdcpp-one")), "does not run");
  fine(await ext("start", "airdcpp-one"));
  assertEquals((await one()).running, true);
  const before = JSON.parse(fine(await ext("info", "airdcpp-one", "--json"))).pid;
  fine(await ext("restart", "airdcpp-one"));
  assert(JSON.parse(fine(await ext("info", "airdcpp-one", "--json"))).pid !== before);
  fine(await ext("disable", "airdcpp-one"));
  assertEquals((await one()).disabled, true);

  await registry.publish(published("airdcpp-one", "1.2.0"));
  assertStringIncludes(fine(await ext("update", "--all")), "from 1.0.0 to 1.2.0");
  await program.printed("[airdcpp-one] here I am: 1.2.0");

  const user = (words: string[], input = "") =>
    outriggerWith(["user", ...words, `--path=${program.folder}`], { input });
  fine(await user(["add", "bob"], "secret\n"));
  const login = await fetch(`${program.url}/api/v1/sessions/authorize`, {
    method: "POST",
    body: JSON.stringify({ username: "bob", password: "secret", grant_type: "password" }),
  });
  assertEquals([login.status, (await login.json()).user.permissions], [200, ["admin"]]);
  assertMatch(fine(await user(["list"])), /bob +20\d\d-\d\d-\d\d \d\d:\d\d +admin/);
  fine(await user(["remove", "bob"]));
  assertStringIncludes((await user(["remove", "bob"])).stderr, "no such user");

  await registry.publish(published("airdcpp-configured"));
  const refused = await ext("install", "airdcpp-configured");
  assertEquals(refused.code, 1, refused.stdout);
  assertStringIncludes(refused.stderr, 'the configuration has an extension "airdcpp-configured"');

  await registry.publish(published("airdcpp-two", "1.0.0", { engines: { nothing: "*" } }));
  const installedToo = await ext("install", "airdcpp-two");
  assertStringIncludes(fine(installedToo), "Installed airdcpp-two 1.0.0\n");
  assertStringIncludes(installedToo.stderr, 'outrigger: "airdcpp-two" does not run: ');
  assertMatch(fine(await ext("list")), /airdcpp-two +1\.0\.0 +failed/);
  await registry.publish(published("airdcpp-two", "1.1.0"));
  const updatedToo = await ext("update", "airdcpp-two");
  assertStringIncludes(fine(updatedToo), "from 1.0.0 to 1.1.0");
  assertStringIncludes(updatedToo.stderr, "it did not before. To start it: outrigger ext start");

  fine(await ext("remove", "airdcpp-one", "airdcpp-two"));
  assertEquals(JSON.parse(fine(await ext("list", "--json"))), []);
});

Deno.test("a folder that a host has open is not changed beside it", onPosix, async () => {
  await using program = await startProgram({
    config: { packages: { enabled: true, path: "packages" } },
    args: ["--mode=cloud"],
  });
  const access = join(program.folder, "packages/.outrigger/api.json");
  await program.eventually(() => Deno.stat(access).then(() => true, () => false));
  const text = await Deno.readTextFile(access);
  const cases = [
    [{ ...JSON.parse(text), token: "another" }, "does not accept the token"],
    [{ ...JSON.parse(text), port: 1 }, "port 1"],
    [null, "api.json"],
  ];
  for (const [written, said] of cases) {
    if (written === null) await Deno.remove(access);
    else await Deno.writeTextFile(access, JSON.stringify(written));
    const { code, stderr } = await outriggerRaw("user", "list", `--path=${program.folder}`);
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, `in use by process ${program.pid}`);
    assertStringIncludes(stderr, said as string);
  }
});

/** Runs a command on a terminal of its own, whose output is all that is seen. */
async function onTerminal(
  words: readonly string[],
  typed: readonly [when: string, text: string][],
) {
  const line = [...HOST, ...words].map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command("script", {
    args: ["-qefc", line, "/dev/null"],
    env: { NO_COLOR: "1", TERM: "xterm" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const left = [...typed];
  let seen = "";
  let from = 0;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen += part;
    const next = left[0];
    if (next === undefined || !seen.slice(from).includes(next[0])) continue;
    left.shift();
    from = seen.length;
    await writer.write(new TextEncoder().encode(next[1]));
  }
  await writer.close().catch(() => {});
  return { code: (await child.status).code, seen };
}

const script = needs(
  Deno.build.os === "linux" && await Deno.stat("/usr/bin/script").catch(() => null) !== null
    ? { path: "/usr/bin/script" }
    : { missing: "there is no script of util-linux (apt install bsdutils)" },
);

Deno.test("on a terminal ext install asks, and shows a bar that fills", script, async () => {
  await using place = new Place();
  const { registry } = place;
  await registry.publish(published("airdcpp-one"));
  registry.slow = true;
  const install = ["ext", "install", "airdcpp-one", `--path=${place.folder}`];
  const refused = await onTerminal(install, [["Install airdcpp-one? [y/N]", "n\n"]]);
  assertEquals(refused.code, 1, refused.seen);
  assertEquals(await place.list(), []);
  const bars = [...refused.seen.matchAll(/\r(airdcpp-one 1\.0\.0 \[#*\.*\] +(\d+) %)/g)];
  assert(bars.length > 1, refused.seen);
  assertEquals(bars.at(-1)![2], "100");
  const agreed = await onTerminal(install, [["[y/N]", "y\n"]]);
  assertEquals(agreed.code, 0, agreed.seen);
  assertEquals((await place.list()).length, 1);
  const remove = ["ext", "remove", "airdcpp-one", `--path=${place.folder}`];
  assertEquals((await onTerminal(remove, [["[y/N]", "\n"]])).code, 1);
  assertEquals((await onTerminal([...remove, "--yes"], [])).code, 0);
  assertEquals(await place.list(), []);
});

Deno.test("on a terminal user add asks twice for a password that nobody sees", script, async () => {
  await using place = new Place();
  const words = ["user", "add", "bob", `--path=${place.folder}`];
  const differ = await onTerminal(words, [["Password of bob: ", "one\r"], [
    "Once more: ",
    "two\r",
  ]]);
  assertEquals(differ.code, 1, differ.seen);
  assertStringIncludes(differ.seen, "differ");
  const same = await onTerminal(words, [
    ["Password of bob: ", "hixx\x7f\x7fdden\r"],
    ["Once more: ", "hidden\r"],
  ]);
  assertEquals(same.code, 0, same.seen);
  assert(!same.seen.includes("hidden") && !same.seen.includes("hi"), same.seen);
  const cut = await onTerminal(words, [["Password of bob: ", "x\x03"]]);
  assertEquals(cut.code, 130, cut.seen);
});
