/**
 * Ways into the API of a test's whole host.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { EXTENSION_EVENTS } from "../../lib/airdcpp/modules/extensions.ts";
import { type TestHost, within } from "../../lib/testing.ts";
import { ApiConnection, type EventFrame, http, membersOf } from "./api_client.ts";

/** The token that the command line finds beside the packages. */
export async function operatorToken(app: TestHost): Promise<string> {
  const path = `${app.folder}/packages/.outrigger/api.json`;
  return JSON.parse(await Deno.readTextFile(path)).token;
}

/** The token of a fresh session that may do everything. */
export async function adminToken(app: TestHost): Promise<string> {
  const token = await operatorToken(app);
  const answer = await http(app.host.port, "POST outrigger/session", { token });
  return membersOf(answer).auth_token as string;
}

/** The token of a user's session; the password is the name with `-password`. */
export async function loginAs(app: TestHost, username: string): Promise<string> {
  const body = { username, password: `${username}-password` };
  const answer = await http(app.host.port, "POST sessions/authorize", { body });
  assertEquals(answer.status, 200, JSON.stringify(answer.data));
  return membersOf(answer).auth_token as string;
}

/** A request of somebody who may do everything. */
export async function asAdmin(app: TestHost, request: string, body?: unknown) {
  return await http(app.host.port, request, { body, token: await operatorToken(app) });
}

/** A connection of a session that may do everything. */
export async function attachAdmin(app: TestHost): Promise<ApiConnection> {
  return await ApiConnection.attach(app.host.port, await adminToken(app));
}

/** A connection that hears every event of the module `extensions`, for all of them. */
export async function observer(app: TestHost): Promise<ApiConnection> {
  const socket = await attachAdmin(app);
  for (const event of EXTENSION_EVENTS.keys()) {
    assertEquals((await socket.ask(`POST extensions/listeners/${event}`)).status, 204);
  }
  return socket;
}

/**
 * The events up to and with the one that is waited for, in the order of their coming, and taken.
 *
 * @param until name of the event
 */
export async function eventsUntil(
  socket: ApiConnection,
  until: string | ((frame: EventFrame) => boolean),
  { timeoutMs = 10_000 } = {},
): Promise<EventFrame[]> {
  const isLast = typeof until === "string" ? ({ event }: EventFrame) => event === until : until;
  const end = performance.now() + timeoutMs;
  for (;;) {
    const at = socket.events.findIndex(isLast);
    if (at >= 0) return socket.events.splice(0, at + 1);
    if (performance.now() > end) {
      throw new Error(
        `Not among the events: ${until}. There were ${JSON.stringify(socket.events)}`,
      );
    }
    await within(new Promise((resolve) => setTimeout(resolve, 10)), 1000, "a moment");
  }
}

/** Events as `name` or, of one extension, `name id`. */
export function namesOf(frames: readonly EventFrame[]): string[] {
  return frames.map(({ event, id }) => id === undefined ? event : `${event} ${id}`);
}

/** Uploads and installs a package; the answer. @param more members of the request */
export async function install(
  app: TestHost,
  bytes: Uint8Array,
  more: Record<string, unknown> = {},
) {
  const response = await fetch(`http://127.0.0.1:${app.host.port}/temp`, {
    method: "POST",
    headers: { authorization: await operatorToken(app) },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  await response.body?.cancel();
  assertEquals(response.status, 201);
  const upload = response.headers.get("location");
  return await asAdmin(app, "POST outrigger/packages/install", { upload, wait: true, ...more });
}
