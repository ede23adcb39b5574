/**
 * What a module of the API consists of.
 *
 * @module
 */

import type { Access } from "./permissions.ts";
import type { Session } from "./session.ts";
import type { ApiSocket } from "./socket.ts";

/** Methods of the API (contracts: AirDC++ 10.2). */
export type ApiMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request without a session: only what `permission: "none"` lets through. */
export interface OpenRequest {
  readonly method: ApiMethod;
  /** Values of the placeholders of the path, as sent, not decoded. */
  readonly params: ReadonlyMap<string, string>;
  /** Parsed JSON; `null` when there is none. */
  readonly body: unknown;
  readonly session: Session | undefined;
  /** The socket that it came on; over HTTP that of the session, if one is attached. */
  readonly socket: ApiSocket | undefined;
  readonly viaSocket: boolean;
  /** The peer's address. Asked for where it is needed: the runtime looks it up each time. */
  readonly address: () => string;
}

/** A request of a session. */
export interface ApiRequest extends OpenRequest {
  readonly session: Session;
}

interface RouteShape {
  readonly method: ApiMethod;
  /**
   * Segments from the module on: `extensions/{name:airdcpp-.+}/settings`. A placeholder matches one
   * segment, as a whole, by its expression if it has one.
   */
  readonly path: string;
}

/** An endpoint for sessions. */
export interface SessionRoute extends RouteShape {
  readonly permission: Access | "any";
  /**
   * Answers. Its value is the `data` of a 200; `undefined` makes a 204.
   *
   * @throws {ApiError} and {FieldError} to answer with an error
   */
  run(request: ApiRequest): unknown | Promise<unknown>;
}

/** An endpoint that needs no session. */
export interface OpenRoute extends RouteShape {
  readonly permission: "none";
  /** As for {@linkcode SessionRoute}. */
  run(request: OpenRequest): unknown | Promise<unknown>;
}

/** An endpoint. */
export type Route = SessionRoute | OpenRoute;

/** Events of a module, and who may listen. */
export interface EventTable {
  readonly permission: Access | "any";
  /** Name to kind: an `entity` event may also be listened to for one entity alone (11.1). */
  readonly names: ReadonlyMap<string, "module" | "entity">;
  /** Whether every other name may be listened to as well, as a module event. Default false. */
  readonly anyName?: boolean;
}

/** Hooks of a module, and who may answer them (11.2). */
export interface HookTable {
  readonly permission: Access | "any";
  readonly names: ReadonlySet<string>;
}

/** Entities of a module: its second segment. */
export interface EntityTable {
  /** Which segments name entities at all. */
  readonly pattern: RegExp;
  /**
   * The id of an entity, as its events have it; `undefined` when it is not there. For paths below an
   * entity this is asked before method, shape and permission (10.2).
   */
  idOf(segment: string): string | undefined;
}

/** A module: the first segment behind the version. Listener and hook endpoints are made from its tables. */
export interface ApiModule {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly events?: EventTable;
  readonly hooks?: HookTable;
  readonly entity?: EntityTable;
}
