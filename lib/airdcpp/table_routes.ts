/**
 * Endpoints that every module has for its listeners and hooks (contracts: AirDC++ 11).
 *
 * @module
 */

import { Fields } from "./fields.ts";
import type { ApiHooks } from "./hooks.ts";
import type { Subscriptions } from "./listeners.ts";
import type { ApiModule, Route, SessionRoute } from "./route.ts";

/** Adding and removing listeners of a module and, where it has entities, of one of them. */
export function listenerRoutes(module: ApiModule, subscriptions: Subscriptions): Route[] {
  const { name, events, entity } = module;
  if (events === undefined) return [];
  const { permission } = events;
  const paths = [`${name}/listeners/{event:\\w+}`];
  if (entity !== undefined) {
    paths.push(`${name}/{entity_id:${entity.pattern.source}}/listeners/{event:\\w+}`);
  }
  const subscription = (params: ReadonlyMap<string, string>) => {
    const segment = params.get("entity_id");
    const id = segment === undefined ? undefined : entity?.idOf(segment);
    return { module: name, event: params.get("event")!, id };
  };
  return paths.flatMap((path): SessionRoute[] => [
    {
      method: "POST",
      path,
      permission,
      run: ({ session, params }) => subscriptions.add(session, subscription(params)),
    },
    {
      method: "DELETE",
      path,
      permission,
      run: ({ session, params }) => subscriptions.remove(session, subscription(params)),
    },
  ]);
}

/** Registering for hooks of a module, and completing them. */
export function hookRoutes({ name, hooks: table }: ApiModule, hooks: ApiHooks): Route[] {
  if (table === undefined) return [];
  const { permission } = table;
  const path = `${name}/hooks/{hook:\\w+}`;
  const hookOf = (params: ReadonlyMap<string, string>) => ({
    module: name,
    hook: params.get("hook")!,
  });
  const idOf = (params: ReadonlyMap<string, string>) => Number(params.get("completion_id"));
  const routes: SessionRoute[] = [
    {
      method: "GET",
      path,
      permission,
      run: ({ params }) => hooks.subscribers(hookOf(params)),
    },
    {
      method: "POST",
      path,
      permission,
      run({ session, params, body }) {
        hooks.check(session, hookOf(params));
        const fields = new Fields(body);
        hooks.add(session, {
          ...hookOf(params),
          id: fields.text("id"),
          name: fields.text("name"),
        });
      },
    },
    {
      method: "DELETE",
      path,
      permission,
      run: ({ session, params }) => hooks.remove(session, hookOf(params)),
    },
    {
      method: "POST",
      path: `${path}/{completion_id:\\d+}/resolve`,
      permission,
      run: ({ session, params, body }) => hooks.resolve(session, idOf(params), body),
    },
    {
      method: "POST",
      path: `${path}/{completion_id:\\d+}/reject`,
      permission,
      run({ session, params, body }) {
        const fields = new Fields(body);
        hooks.expect(session, idOf(params));
        const reject_id = fields.text("reject_id");
        hooks.reject(session, idOf(params), { reject_id, message: fields.text("message") });
      },
    },
  ];
  return routes;
}
