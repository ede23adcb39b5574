/** Rows 4, 6, 10, 12 and 13 at the AirDC++ door. */

import { assert, assertEquals } from "@std/assert";
import { ACCESS, Permissions } from "../../lib/airdcpp/permissions.ts";
import { Sessions } from "../../lib/airdcpp/sessions.ts";
import { http } from "../airdcpp/api_client.ts";
import { ENDPOINTS, moduleOf } from "../airdcpp/endpoints.ts";
import { startFullDoor } from "../airdcpp/host_parts.ts";

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
const OWN = new Set(["sessions", "settings", "system", "events", "menus", "web_users"]);

Deno.test("row 4: no endpoint answers without a token, with a wrong or with an ended one", async () => {
  // Wrong tokens are slowed down, but not those of another minute.
  let now = 0;
  await using door = await startFullDoor({ now: () => now += 50_000 });
  const ended = door.parts.sessions.issueExtension("airdcpp-x", new Permissions(ACCESS));
  door.parts.sessions.end(ended.session);
  const before = JSON.stringify(door.parts.users.all);
  for (const { request, permission } of ENDPOINTS) {
    if (permission === "none" || request.includes(" /")) continue;
    const method = request.split(" ")[0]!;
    const body = method === "GET" ? {} : { body: { username: "u", password: "p", away: true } };
    for (const token of [undefined, "", "x", "undefined", "null", ended.token]) {
      const { status } = await http(door.port, request, { ...body, token });
      const expected = token === undefined && request.includes(" sessions") ? 400 : 401;
      assertEquals(status, expected, `${request} ${token}`);
    }
  }
  assertEquals(JSON.stringify(door.parts.users.all), before);
  assertEquals([door.asked, door.eventLog.counts.total], [[], 0]);
});

Deno.test("row 6: nobody is told another's token, password or refresh token; the log has none", async () => {
  await using door = await startFullDoor();
  const secret = door.token("admin");
  const extension = door.parts.sessions.issueExtension("airdcpp-x", new Permissions([])).token;
  await http(door.port, "POST sessions/authorize", { body: { username: "admin", password: "pw" } });
  await http(door.port, "POST sessions/authorize", { body: { username: "a", password: "hidden" } });
  const headers = { authorization: `Basic ${btoa("admin:hidden")}` };
  await http(door.port, "GET sessions/self", { headers });
  await http(door.port, "GET sessions/self", { token: "hidden-token" });
  const socket = await door.connect();
  await socket.ask("POST sessions/socket", { auth_token: "hidden-token" });
  let all = door.parts.log.lines.join("\n");
  for (const { request } of ENDPOINTS) {
    if (!request.startsWith("GET ") || !OWN.has(request.split(" ")[1]!.split("/")[0]!)) continue;
    all += JSON.stringify((await socket.ask(request)).data);
  }
  for (const text of [secret, extension, "hidden", "pbkdf2", '"pw"']) {
    assertEquals(all.includes(text), false, text);
  }
});

for (const name of NAMES) {
  Deno.test(`row 10: ${name} as any name is a plain error and changes nothing`, async () => {
    await using door = await startFullDoor();
    const socket = await door.connect();
    const plain = Object.getOwnPropertyNames(Object.prototype).join();
    const requests = [
      `GET ${name}`,
      `GET ${name}/x`,
      `GET sessions/${name}`,
      `POST sessions/listeners/${name}`,
      `GET web_users/${name}`,
      `DELETE web_users/${name}`,
      `POST menus/${name}/list_grouped`,
      `POST menus/listeners/${name}`,
      `POST menus/hooks/${name}`,
      `POST outrigger/methods/${name}`,
    ];
    for (const request of requests) {
      for (const data of [null, { [name]: { polluted: 1 } }]) {
        const { status } = await socket.ask(request, data);
        assert(status >= 400 && status < 500, `${request}: ${status}`);
      }
    }
    const text = `{"callback_id":1,"method":"POST","path":"settings/set","data":` +
      `{${JSON.stringify(name)}:{"polluted":1},"a":5}}`;
    socket.send(text);
    assertEquals((await socket.other()).code, 422);
    assertEquals(({} as { polluted?: number }).polluted, undefined);
    assertEquals(Object.getOwnPropertyNames(Object.prototype).join(), plain);
    assertEquals(
      (await socket.ask("POST web_users", { username: name, password: "x" })).status,
      200,
    );
    assertEquals((await socket.ask(`GET web_users/${name}`)).status, 200);
  });
}

Deno.test("row 12: sessions keep digests; what they remember of proven tokens ends with them", () => {
  const sessions = new Sessions();
  const { token, session } = sessions.issueExtension("airdcpp-x", new Permissions([]));
  assertEquals(sessions.byToken(token), session);
  assertEquals(sessions.byToken(token), session);
  for (const wrong of [token.slice(1), `${token} `, token.toUpperCase(), ""]) {
    assertEquals(sessions.byToken(wrong), undefined, wrong);
  }
  assertEquals(JSON.stringify([session, sessions]).includes(token), false);
  sessions.end(session);
  assertEquals(sessions.byToken(token), undefined);
  sessions.stop();
});

Deno.test("row 13: a second socket of an extension is refused while the first is alive", async () => {
  await using door = await startFullDoor();
  const { token } = door.parts.sessions.issueExtension("airdcpp-x", new Permissions([]));
  const first = await door.attach(token);
  const second = await door.open();
  const asked = await second.ask("POST sessions/socket", { auth_token: token });
  assertEquals(asked.status, 400);
  assertEquals((await second.ask("GET system/away")).status, 401);
  assertEquals((await first.ask("GET system/away")).status, 200);
  await first.close();
  const end = performance.now() + 5000;
  let status = 0;
  while (status !== 200 && performance.now() < end) {
    status = (await second.ask("POST sessions/socket", { auth_token: token })).status;
  }
  assertEquals(status, 200, "once it has gone");
});

Deno.test("row 13: the user of an extension cannot log in, nor be had by its name", async () => {
  await using door = await startFullDoor();
  door.parts.sessions.issueExtension("airdcpp_x", new Permissions(["admin"]));
  for (const password of ["", "airdcpp_x", "undefined"]) {
    const body = { username: "airdcpp_x", password };
    const { status } = await http(door.port, "POST sessions/authorize", { body });
    assert(status === 401 || status === 422);
  }
  // A user of the same name is another one, with its own sessions and permissions.
  const user = await door.parts.users.add("airdcpp_x", { password: "x", permissions: [] });
  assertEquals(door.parts.sessions.countOf(user), 0);
  door.parts.sessions.endOf(user);
  assertEquals(door.parts.sessions.all.length, 1);
});

Deno.test("row 13: the label of a message is its sender's, whatever it says", async () => {
  await using door = await startFullDoor();
  const { token } = door.parts.sessions.issueExtension(
    "airdcpp-x",
    new Permissions(["events_edit"]),
  );
  const body = { text: "hi", severity: "info", label: "airdcpp-y", user: "airdcpp-y" };
  assertEquals((await http(door.port, "POST events", { body, token })).status, 204);
  assertEquals(door.eventLog.newest(0)[0]!.label, "airdcpp-x");
});

Deno.test("every module of this suite is known to the table of endpoints", () => {
  const modules = new Set(ENDPOINTS.map(moduleOf));
  for (const name of OWN) assert(modules.has(name), name);
});
