/**
 * Module `menus`: items that extensions add to context menus (contracts: AirDC++ 12.7, E50 to E58).
 *
 * @module
 */

import { Fields, invalid } from "../fields.ts";
import type { ApiHooks } from "../hooks.ts";
import type { ApiModule, ApiRequest } from "../route.ts";
import { type MenuAnswer, menuAnswer, type MenuItem } from "../menu_items.ts";

/** What the module is made of. */
export interface MenusModuleOptions {
  hooks: ApiHooks;
  /** `list_menuitems_hook_timeout`, seconds. */
  timeoutSeconds(): number;
  /** Where its events go. */
  publish(module: string, event: string, data: unknown): void;
}

/** What the items of a menu are about. */
type Subject = "nothing" | "selection" | "selection in entity";

/** The types of 12.7. Only `extension` and `events` have something to open them in this host. */
const TYPES: ReadonlyMap<string, Subject> = new Map([
  ...["transfers", "queue", "share_roots", "events", "favorite_hubs"]
    .map((type): [string, Subject] => [type, "nothing"]),
  ...[
    "queue_bundle",
    "queue_file",
    "transfer",
    "favorite_hub",
    "extension",
    "share_root",
    "user",
    "hinted_user",
    "hub",
    "search_instance",
    "private_chat",
    "filelist",
    "view_file",
  ].map((type): [string, Subject] => [type, "selection"]),
  ...[
    "hub_user",
    "filelist_item",
    "grouped_search_result",
    "hub_message_highlight",
    "private_chat_message_highlight",
  ].map((type): [string, Subject] => [type, "selection in entity"]),
]);

type Id = string | number;

interface Selection {
  selected_ids: Id[] | null;
  entity_id: Id | null;
}

/** An item as a group has it. */
interface GroupItem {
  id: string;
  title: string;
  icon: Record<string, string>;
  hook_id: string;
  urls: string[];
  form_definitions: unknown[] | null;
  children: GroupItem[] | null;
}

/** Makes the module. */
export function menusModule({ hooks, timeoutSeconds, publish }: MenusModuleOptions): ApiModule {
  const type = `{type:${[...TYPES.keys()].join("|")}}`;

  async function listGrouped({ params, body, session }: ApiRequest): Promise<object[]> {
    const type = params.get("type")!;
    const fields = new Fields(body);
    const { answers } = await hooks.ask<MenuAnswer>({
      module: "menus",
      hook: `${type}_list_menuitems`,
      data: {
        ...selectionOf(fields, TYPES.get(type)!),
        permissions: session.user.permissions.list,
        supports: supportsOf(fields),
      },
      timeoutMs: timeoutSeconds() * 1000,
      by: session,
      parse: menuAnswer,
    });
    return answers.filter(({ value }) => value.menuitems.length > 0)
      .map(({ subscriber, value }) => ({
        id: subscriber.id,
        title: value.title ?? subscriber.name,
        icon: value.icon ?? {},
        items: value.menuitems.map((item) => groupItem(item, subscriber.id)),
      }));
  }

  function select({ params, body, session }: ApiRequest): void {
    const type = params.get("type")!;
    const fields = new Fields(body);
    const selection = selectionOf(fields, TYPES.get(type)!);
    // The published API says form_values, the original reads form_value: both are taken (1.2).
    const values = ["form_value", "form_values"].find((name) => fields.has(name));
    publish("menus", `${type}_menuitem_selected`, {
      hook_id: fields.text("hook_id"),
      menu_id: type,
      menuitem_id: fields.text("menuitem_id"),
      ...selection,
      permissions: session.user.permissions.list,
      supports: supportsOf(fields),
      form_values: values === undefined ? {} : fields.value(values),
    });
  }

  return {
    name: "menus",
    events: {
      permission: "any",
      names: new Map(
        [...TYPES.keys()].map((
          type,
        ): [string, "module"] => [`${type}_menuitem_selected`, "module"]),
      ),
    },
    hooks: {
      permission: "any",
      names: new Set([...TYPES.keys()].map((type) => `${type}_list_menuitems`)),
    },
    routes: [
      { method: "POST", path: `menus/${type}/list_grouped`, permission: "any", run: listGrouped },
      { method: "POST", path: `menus/${type}/select`, permission: "any", run: select },
    ],
  };
}

function selectionOf(fields: Fields, subject: Subject): Selection {
  if (subject === "nothing") return { selected_ids: null, entity_id: null };
  const ids = fields.value("selected_ids");
  if (!Array.isArray(ids) || !ids.every(isId)) {
    throw invalid("selected_ids", "a list of texts or numbers");
  }
  if (subject === "selection") return { selected_ids: ids, entity_id: null };
  const entity = fields.value("entity_id");
  if (!isId(entity)) throw invalid("entity_id", "a text or number");
  return { selected_ids: ids, entity_id: entity };
}

function isId(value: unknown): value is Id {
  return typeof value === "string" || typeof value === "number";
}

function supportsOf(fields: Fields): string[] {
  return fields.optional("supports", (name) => fields.texts(name)) ?? [];
}

function groupItem(item: MenuItem, hookId: string): GroupItem {
  return {
    id: item.id,
    title: item.title,
    icon: item.icon ?? {},
    hook_id: hookId,
    urls: item.urls ?? [],
    form_definitions: item.form_definitions ?? null,
    children: item.children?.map((child) => groupItem(child, hookId)) ?? null,
  };
}
