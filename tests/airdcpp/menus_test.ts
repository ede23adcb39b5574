/** Hooks and menus of 11.2 and 12.7, end to end. */

import { assert, assertEquals } from "@std/assert";
import { within } from "../../lib/testing.ts";
import type { ApiConnection } from "./api_client.ts";
import { type FullDoor, startFullDoor } from "./host_parts.ts";

const HOOK = "menus/hooks/extension_list_menuitems";
const OPEN = "POST menus/extension/list_grouped";
const SELECTED = { selected_ids: ["airdcpp-x"] };
const EVENT = "extension_list_menuitems";

async function subscriber(door: FullDoor, id: string): Promise<ApiConnection> {
  const socket = await door.connect("search");
  assertEquals((await socket.ask(`POST ${HOOK}`, { id, name: id.toUpperCase() })).status, 204);
  return socket;
}

function complete(socket: ApiConnection, id: number | undefined, body: unknown, how = "resolve") {
  return socket.ask(`POST ${HOOK}/${id}/${how}`, body);
}

const item = (id: string) => ({ id, title: id });

Deno.test("a menu has the items of all subscribers, asked one after the other", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  const b = await subscriber(door, "b");
  const ui = await door.connect("download", "search");
  const answer = ui.ask(OPEN, { ...SELECTED, supports: ["urls"] });
  const first = await a.event(EVENT);
  assertEquals(first.data, {
    selected_ids: ["airdcpp-x"],
    entity_id: null,
    permissions: ["download", "search"],
    supports: ["urls"],
  });
  assert(Number.isInteger(first.completion_id) && first.completion_id! >= 1);
  assertEquals("id" in first, false);
  await b.ask("GET sessions/self");
  assertEquals(b.events, [], "not yet");
  const children = [{ ...item("child"), urls: ["https://example.org/"] }];
  const body = {
    menuitems: [{ ...item("say"), icon: { set: "name" }, children }],
    title: "T",
    icon: { set: "x" },
  };
  assertEquals((await complete(a, first.completion_id, body)).status, 204);
  const second = await b.event(EVENT);
  await complete(b, second.completion_id, { menuitems: [item("other")] });
  const plain = { icon: {}, urls: [], form_definitions: null, children: null };
  assertEquals((await answer).data, [
    {
      id: "a",
      title: "T",
      icon: { set: "x" },
      items: [{
        ...plain,
        ...item("say"),
        hook_id: "a",
        icon: { set: "name" },
        children: [{ ...plain, ...item("child"), hook_id: "a", urls: ["https://example.org/"] }],
      }],
    },
    {
      id: "b",
      title: "B",
      icon: {},
      items: [{ ...plain, ...item("other"), hook_id: "b" }],
    },
  ]);
});

Deno.test("who does not answer in time is passed over, and a late answer finds nothing", async () => {
  await using door = await startFullDoor();
  const silent = await subscriber(door, "silent");
  const b = await subscriber(door, "b");
  const ui = await door.connect();
  const answer = ui.ask(OPEN, SELECTED);
  const late = await silent.event(EVENT);
  await complete(b, (await b.event(EVENT)).completion_id, { menuitems: [item("x")] });
  assertEquals(((await answer).data as unknown[]).length, 1);
  assertEquals((await complete(silent, late.completion_id, { menuitems: [] })).status, 404);
  assert(door.parts.log.lines.some((line) => line.includes(EVENT) && line.includes('"silent"')));
});

Deno.test("who leaves while it is asked, or before, is passed over at once", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  const b = await subscriber(door, "b");
  const c = await subscriber(door, "c");
  const ui = await door.connect();
  const answer = ui.ask(OPEN, SELECTED);
  await a.event(EVENT);
  await c.ask(`DELETE ${HOOK}`);
  await a.close();
  await complete(b, (await b.event(EVENT)).completion_id, { menuitems: [item("x")] });
  assertEquals(((await answer).data as { id: string }[]).map(({ id }) => id), ["b"]);
  assertEquals(c.events, []);
  assertEquals((await ui.ask(`GET ${HOOK}`)).data, [{ id: "b", name: "B" }]);
});

Deno.test("only the session that was asked can answer", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  const b = await subscriber(door, "b");
  const ui = await door.connect();
  const answer = ui.ask(OPEN, SELECTED);
  const { completion_id } = await a.event(EVENT);
  assertEquals((await complete(b, completion_id, { menuitems: [] })).status, 404);
  assertEquals((await complete(ui, completion_id, { menuitems: [] })).status, 404);
  const no = { reject_id: "no", message: "no" };
  assertEquals((await complete(b, completion_id, no, "reject")).status, 404);
  assertEquals((await complete(a, completion_id, { menuitems: [item("mine")] })).status, 204);
  assertEquals((await complete(a, completion_id, { menuitems: [] })).status, 404, "twice");
  await complete(b, (await b.event(EVENT)).completion_id, no, "reject");
  assertEquals(((await answer).data as unknown[]).length, 1);
});

Deno.test("the one who opens a menu is not asked", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  assertEquals((await a.ask(OPEN, SELECTED)).data, []);
  assertEquals(a.events, []);
});

const tooDeep = Array.from({ length: 7 }).reduce<object>(
  (inner, _, i) => ({ ...item(`i${i}`), ...(i === 0 ? {} : { children: [inner] }) }),
  {},
);

for (
  const [why, body] of [
    ["no list", { menuitems: {} }],
    ["nothing", undefined],
    ["an item without a title", { menuitems: [{ id: "x" }] }],
    ["items above six levels", { menuitems: [tooDeep] }],
    ["a script for a link", { menuitems: [{ ...item("x"), urls: ["javascript:1"] }] }],
    ["one that is spelled in parts", {
      menuitems: [{ ...item("x"), urls: ["\x01 java\tscript\n:1"] }],
    }],
    ["a form that is none", { menuitems: [{ ...item("x"), form_definitions: [1] }] }],
    ["too many items", { menuitems: Array.from({ length: 1001 }, () => item("x")) }],
    ["an icon that is none", { menuitems: [{ ...item("x"), icon: "x" }] }],
  ] as [string, unknown][]
) {
  Deno.test(`an answer with ${why} is left out and logged`, async () => {
    await using door = await startFullDoor();
    const a = await subscriber(door, "a");
    const ui = await door.connect();
    const answer = ui.ask(OPEN, SELECTED);
    assertEquals((await complete(a, (await a.event(EVENT)).completion_id, body)).status, 204);
    assertEquals((await answer).data, []);
    assert(door.parts.log.lines.some((line) => line.includes("cannot be used")));
  });
}

Deno.test("a validating hook ends at the first rejection, also one made of nonsense", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  const b = await subscriber(door, "b");
  const ask = () =>
    door.parts.door.hooks.ask({
      module: "menus",
      hook: EVENT,
      data: 1,
      timeoutMs: 5000,
      validating: true,
      parse(data) {
        if (typeof data !== "number") throw new Error("no number");
        return data;
      },
    });
  const rejected = ask();
  const no = { reject_id: "no", message: "because" };
  await complete(a, (await a.event(EVENT)).completion_id, no, "reject");
  assertEquals((await rejected).rejection, { ...no, subscriber: { id: "a", name: "A" } });
  const nonsense = ask();
  await complete(a, (await a.event(EVENT)).completion_id, "x");
  assertEquals((await nonsense).rejection?.reject_id, "invalid_hook_data");
  const fine = ask();
  await complete(a, (await a.event(EVENT)).completion_id, 1);
  await complete(b, (await b.event(EVENT)).completion_id, 2);
  assertEquals((await fine).answers.map(({ value }) => value), [1, 2]);
});

Deno.test("all 23 types have listeners and hooks", async () => {
  await using door = await startFullDoor();
  const socket = await door.connect("search");
  const types =
    "transfers queue share_roots events favorite_hubs queue_bundle queue_file transfer " +
    "favorite_hub extension share_root user hinted_user hub search_instance private_chat filelist " +
    "view_file hub_user filelist_item grouped_search_result hub_message_highlight " +
    "private_chat_message_highlight";
  const list = types.split(" ");
  assertEquals(list.length, 23);
  for (const type of list) {
    const listener = `POST menus/listeners/${type}_menuitem_selected`;
    assertEquals((await socket.ask(listener)).status, 204, type);
    const body = { id: "x", name: "X" };
    const hook = await socket.ask(`POST menus/hooks/${type}_list_menuitems`, body);
    assertEquals(hook.status, 204, type);
  }
});

Deno.test("a host that ends waits for no hook", async () => {
  const door = await startFullDoor();
  const a = await subscriber(door, "a");
  const ui = await door.connect();
  void ui.ask(OPEN, SELECTED).catch(() => {});
  await a.event(EVENT);
  await door.parts.door.stop();
  await Promise.all([a.closed, ui.closed]);
  await door[Symbol.asyncDispose]();
});

Deno.test("a subscriber whose socket is lost is not waited for", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  const asked = door.parts.door.hooks.ask({
    module: "menus",
    hook: EVENT,
    data: 1,
    timeoutMs: 60_000,
    parse: () => 1,
  });
  await a.event(EVENT);
  await a.close();
  assertEquals((await within(asked, 5000, "end of the question")).answers, []);
});

Deno.test("a subscriber without items has no group", async () => {
  await using door = await startFullDoor();
  const a = await subscriber(door, "a");
  const ui = await door.connect();
  const answer = ui.ask(OPEN, SELECTED);
  await complete(a, (await a.event(EVENT)).completion_id, { menuitems: [] });
  assertEquals((await answer).data, []);
});
