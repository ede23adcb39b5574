/** Users and their file (9.4, 18 #11, 18 #20). */

import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { ApiError } from "../../lib/airdcpp/api_error.ts";
import { Passwords } from "../../lib/airdcpp/password.ts";
import { Users, type UsersOptions } from "../../lib/airdcpp/users.ts";
import { MemoryLog } from "../server/running_server.ts";

const passwords = () => new Passwords({ iterations: 10 });

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-test-" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function open(folder: string, options: Partial<UsersOptions> = {}): Promise<Users> {
  return Users.open({ folder, log: new MemoryLog(), passwords: passwords(), ...options });
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

const FILE = "web-users.json";
const login = { password: "secret word", account: "a" };

Deno.test("users outlive the host; the file has no password and is for nobody else", () =>
  inFolder(async (folder) => {
    const users = await open(folder, { now: () => 1_700_000_000_000 });
    const user = await users.add("u", { password: "secret word", permissions: ["search"] });
    users.loggedIn(user);
    const refresh = users.issueRefreshToken(user);
    await users.flushed();
    const text = await Deno.readTextFile(`${folder}/${FILE}`);
    assert(!text.includes("secret word") && !text.includes(refresh));
    const { version, settings } = JSON.parse(text);
    assertEquals(version, 1);
    const { password, ...stored } = settings.users[0];
    assertEquals(stored, { username: "u", last_login: 1_700_000_000, permissions: ["search"] });
    assertMatch(password, /^pbkdf2-sha256\$10\$[^$]{24}\$[^$]{44}$/);
    assertEquals(settings.refresh_tokens[0].expires_on, 1_700_000_000 + 30 * 24 * 3600);
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(`${folder}/${FILE}`)).mode! & 0o777, 0o600);
    }
    const again = await open(folder, { now: () => 1_700_000_001_000 });
    const found = await again.authenticate("u", login);
    assertEquals([found?.username, found?.lastLogin], ["u", 1_700_000_000]);
    assertEquals(await again.authenticate("u", { ...login, password: "secret wore" }), undefined);
    assertEquals(again.takeRefreshToken(refresh)?.username, "u");
    assertEquals(again.takeRefreshToken(refresh), undefined);
    await again.flushed();
    assertEquals(await names(folder), [FILE, `${FILE}.bak`]);
  }));

Deno.test("equal passwords are stored differently; 600,000 rounds by default", async () => {
  const one = passwords();
  assertNotEquals(await one.encode("x"), await one.encode("x"));
  assertMatch(await new Passwords().encode("x"), /^pbkdf2-sha256\$600000\$/);
  // The parameters stored count, not those of today.
  const stored = await one.encode("x");
  const other = new Passwords({ iterations: 20 });
  assert(await other.matches("x", { stored, account: "" }));
});

Deno.test("what is stored in another form is nobody's password", async () => {
  const one = passwords();
  for (
    const stored of [
      undefined,
      "",
      "x",
      "pbkdf2-sha256$10$!!!$x",
      "pbkdf2-sha256$0$AAAA$AAAA",
      "pbkdf2-sha256$99999999$AAAA$AAAA",
      "7ddb19f7e0e5ad33bb7ddb19f7e0e5ad33bb",
    ]
  ) {
    for (const password of ["x", "", stored ?? ""]) {
      assertEquals(await one.matches(password, { stored, account: "" }), false, stored);
    }
  }
});

Deno.test("refresh tokens expire after 30 days and end with a change of their user", () =>
  inFolder(async (folder) => {
    let now = 1_700_000_000_000;
    const users = await open(folder, { now: () => now });
    const user = await users.add("u", { password: "x", permissions: [] });
    const [early, late] = [users.issueRefreshToken(user), users.issueRefreshToken(user)];
    now += 30 * 24 * 3600_000 - 1000;
    assertEquals(users.takeRefreshToken(early), user);
    now += 1000;
    assertEquals(users.takeRefreshToken(late), undefined);
    const third = users.issueRefreshToken(user);
    await users.update(user, { permissions: ["search"] });
    assertEquals(users.takeRefreshToken(third), undefined);
    const many = Array.from({ length: 101 }, () => users.issueRefreshToken(user));
    assertEquals(users.takeRefreshToken(many[0]!), undefined, "the oldest of too many");
    assertEquals(users.takeRefreshToken(many[1]!), user);
    await users.flushed();
  }));

Deno.test("users of the configuration override those of the file and are not written", () =>
  inFolder(async (folder) => {
    const first = await open(folder);
    await first.add("u", { password: "file", permissions: ["search"] });
    await first.add("v", { password: "file", permissions: ["search"] });
    await first.flushed();
    const configured = [
      { username: "u", password: "config", permissions: ["download"] as const },
      { username: "w", permissions: ["admin"] as const },
    ];
    const second = await open(folder, { configured });
    assertEquals(second.all.map(({ username }) => username), ["u", "v", "w"]);
    assertEquals(second.get("u")!.permissions.list, ["download"]);
    assertEquals(await second.authenticate("u", { ...login, password: "file" }), undefined);
    assert(await second.authenticate("u", { ...login, password: "config" }));
    for (const password of ["", "undefined", "x"]) {
      assertEquals(await second.authenticate("w", { ...login, password }), undefined);
    }
    await second.add("x", { password: "x", permissions: [] });
    await second.flushed();
    const third = await open(folder);
    assertEquals(third.all.map(({ username }) => username), ["u", "v", "x"]);
    assert(await third.authenticate("u", { ...login, password: "file" }), "as it was");
  }));

Deno.test("a broken file is put aside and the copy used; nothing is lost without a trace", () =>
  inFolder(async (folder) => {
    const first = await open(folder);
    await first.add("u", { password: "x", permissions: [] });
    await first.flushed();
    await open(folder);
    for (const [i, broken] of ["{", "", "[]", '{"settings":{"users":[{}]}}'].entries()) {
      await Deno.writeTextFile(`${folder}/${FILE}`, broken);
      const log = new MemoryLog();
      const users = await open(folder, { log, now: () => (1_700_000_000 + i) * 1000 });
      assertEquals(users.all.map(({ username }) => username), ["u"], broken);
      assert(log.lines.some((line) => line.startsWith("ERROR") && line.includes("CORRUPTED")));
      const aside = await Deno.readTextFile(`${folder}/${FILE}.CORRUPTED_${1_700_000_000 + i}`);
      assertEquals(aside, broken);
    }
    await Deno.writeTextFile(`${folder}/${FILE}.bak`, "{");
    await Deno.remove(`${folder}/${FILE}`).catch(() => {});
    assertEquals((await open(folder)).all, []);
  }));

Deno.test("stored permissions that are none or unknown are none", () =>
  inFolder(async (folder) => {
    const users = [
      { username: "a", password: "", last_login: 1.5, permissions: [] },
      { username: "b", password: "", last_login: 0, permissions: ["everything", "search"] },
      { username: "__proto__", password: "", last_login: 0, permissions: [] },
    ];
    const settings = { users, refresh_tokens: [] };
    await Deno.writeTextFile(`${folder}/${FILE}`, JSON.stringify({ version: 1, settings }));
    const opened = await open(folder);
    assertEquals(opened.get("a")!.permissions.allows("search"), false);
    assertEquals(opened.get("a")!.permissions.allows("admin"), false);
    assertEquals(opened.get("b")!.permissions.list, ["search"]);
    assertEquals(opened.all.length, 3);
    assertEquals(opened.get("constructor"), undefined);
  }));

Deno.test("a folder that cannot be written is logged, and the host goes on", () =>
  inFolder(async (folder) => {
    const log = new MemoryLog();
    const users = await open(`${folder}/missing`, { log });
    await users.add("u", { password: "x", permissions: [] });
    await users.flushed();
    assert(log.lines.some((line) => line.includes("Cannot write")));
    assert(users.get("u"));
  }));

Deno.test("Users.update() of somebody who is removed meanwhile changes nothing", () =>
  inFolder(async (folder) => {
    const users = await open(folder);
    const user = await users.add("u", { password: "x", permissions: [] });
    const told: string[] = [];
    users.observe({ updated: () => told.push("updated"), removed: () => told.push("removed") });
    const updated = assertRejects(() => users.update(user, { password: "y" }), ApiError);
    users.remove(user);
    assertEquals((await updated).status, 404);
    assertEquals(told, ["removed"]);
    await users.flushed();
  }));

Deno.test("users that are there stay, also when no copy of their file can be made", () =>
  inFolder(async (folder) => {
    const users = await open(folder);
    await users.add("u", { password: "secret word", permissions: [] });
    await users.flushed();
    await Deno.mkdir(`${folder}/${FILE}.bak/full`, { recursive: true });
    const log = new MemoryLog();
    const again = await open(folder, { log });
    assertEquals(again.all.map(({ username }) => username), ["u"]);
    assertEquals(await names(folder), [FILE, `${FILE}.bak`]);
    assertMatch(log.lines.join(), /Cannot copy/);
  }));

Deno.test("users that cannot be saved are saved as soon as that is possible", () =>
  inFolder(async (folder) => {
    const users = await open(folder);
    await Deno.mkdir(`${folder}/${FILE}/full`, { recursive: true });
    await users.add("u", { password: "secret word", permissions: [] });
    assertEquals(await users.flushed(), false);
    await Deno.remove(`${folder}/${FILE}`, { recursive: true });
    assertEquals(await users.flushed(), true);
    assertEquals((await open(folder)).all.map(({ username }) => username), ["u"]);
  }));
