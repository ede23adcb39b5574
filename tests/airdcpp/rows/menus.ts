/** Rows of module `menus`; what takes two sockets is in `menus_test.ts`. */

import { assertEquals } from "@std/assert";
import type { Row, RowContext } from "../row.ts";

const HOOK = "menus/hooks/extension_list_menuitems";
const SELECTED = { selected_ids: ["airdcpp-x"] };
const CHOICE = { ...SELECTED, hook_id: "h", menuitem_id: "m" };

/** Another session that is asked; the question's completion id belongs to it. */
async function questionTo(context: RowContext): Promise<number> {
  await context.socket.ask(`POST ${HOOK}`, { id: "x", name: "X" });
  const asker = await context.door.connect();
  void asker.ask("POST menus/extension/list_grouped", SELECTED).catch(() => {});
  return (await context.socket.event("extension_list_menuitems")).completion_id!;
}

export const MENUS_ROWS: Row[] = [
  {
    of: "E50",
    name: "that nobody adds to",
    as: [],
    body: SELECTED,
    check: ({ data }) => assertEquals(data, []),
  },
  { of: "E50", name: "of a menu without ids", request: "POST menus/events/list_grouped" },
  {
    of: "E50",
    name: "of a menu in an entity",
    request: "POST menus/hub_user/list_grouped",
    body: { selected_ids: [1], entity_id: 2 },
  },
  {
    of: "E50",
    name: "without ids",
    body: {},
    status: 422,
    field: ["selected_ids", "missing_field"],
  },
  {
    of: "E50",
    name: "with an object as an id",
    body: { selected_ids: [{}] },
    status: 422,
    field: ["selected_ids", "invalid"],
  },
  {
    of: "E50",
    name: "without the entity",
    request: "POST menus/hub_user/list_grouped",
    body: { selected_ids: [1] },
    status: 422,
    field: ["entity_id", "missing_field"],
  },
  {
    of: "E50",
    name: "with a text for supports",
    body: { ...SELECTED, supports: "urls" },
    status: 422,
    field: ["supports", "invalid"],
  },
  {
    of: "E50",
    name: "of an unknown type",
    request: "POST menus/nonsense/list_grouped",
    body: SELECTED,
    status: 400,
  },
  { of: "E51", name: "of an item", as: [], body: CHOICE },
  ...["form_value", "form_values"].map((name): Row => ({
    of: "E51",
    name: `with ${name}, and its event`,
    body: { ...CHOICE, supports: ["form"], [name]: { a: 1 } },
    async prepare({ socket }) {
      await socket.ask("POST menus/listeners/extension_menuitem_selected");
    },
    async check(_answer, { socket }) {
      assertEquals(await socket.event("extension_menuitem_selected"), {
        event: "extension_menuitem_selected",
        data: {
          hook_id: "h",
          menu_id: "extension",
          menuitem_id: "m",
          selected_ids: ["airdcpp-x"],
          entity_id: null,
          permissions: ["admin"],
          supports: ["form"],
          form_values: { a: 1 },
        },
      });
    },
  })),
  {
    of: "E51",
    name: "without an item",
    body: { ...SELECTED, hook_id: "h" },
    status: 422,
    field: ["menuitem_id", "missing_field"],
  },
  {
    of: "E51",
    name: "without a hook",
    body: { ...SELECTED, menuitem_id: "m" },
    status: 422,
    field: ["hook_id", "missing_field"],
  },
  { of: "E51", name: "of an unknown type", request: "POST menus/x/select", status: 400 },
  {
    of: "E54",
    name: "of the subscribers",
    as: [],
    async prepare({ socket }) {
      await socket.ask(`POST ${HOOK}`, { id: "x", name: "X", icon: "more than needed" });
    },
    check: ({ data }) => assertEquals(data, [{ id: "x", name: "X" }]),
  },
  { of: "E54", name: "of an unknown hook", request: "GET menus/hooks/nonsense", status: 404 },
  {
    of: "E55",
    name: "without id",
    body: { name: "X" },
    status: 422,
    field: ["id", "missing_field"],
  },
  {
    of: "E55",
    name: "with an empty name",
    body: { id: "x", name: "" },
    status: 422,
    field: ["name", "invalid"],
  },
  {
    of: "E55",
    name: "with an id of another session",
    body: { id: "x", name: "Y" },
    async prepare({ door }) {
      await (await door.connect()).ask(`POST ${HOOK}`, { id: "x", name: "X" });
    },
    status: 409,
  },
  {
    of: "E55",
    name: "for a second time",
    body: { id: "y", name: "Y" },
    async prepare({ socket }) {
      await socket.ask(`POST ${HOOK}`, { id: "x", name: "X" });
    },
    status: 409,
  },
  {
    of: "E57",
    name: "of a question",
    as: [],
    request: async (context) => `POST ${HOOK}/${await questionTo(context)}/resolve`,
    body: { menuitems: [] },
  },
  {
    of: "E57",
    name: "with nonsense, which is the subscriber's loss",
    request: async (context) => `POST ${HOOK}/${await questionTo(context)}/resolve`,
    body: { menuitems: "x" },
  },
  { of: "E57", name: "of nothing", body: { menuitems: [] }, status: 404 },
  {
    of: "E58",
    name: "of a question",
    as: [],
    request: async (context) => `POST ${HOOK}/${await questionTo(context)}/reject`,
    body: { reject_id: "nope", message: "because" },
  },
  {
    of: "E58",
    name: "without a reason",
    request: async (context) => `POST ${HOOK}/${await questionTo(context)}/reject`,
    body: { reject_id: "nope" },
    status: 422,
    field: ["message", "missing_field"],
  },
  {
    of: "E58",
    name: "of nothing",
    body: { reject_id: "nope", message: "because" },
    status: 404,
  },
];
