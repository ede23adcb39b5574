/**
 * One thing that an endpoint does, to be tried over both transports.
 *
 * @module
 */

import type { Access } from "../../lib/airdcpp/permissions.ts";
import type { Answer, ApiConnection } from "./api_client.ts";
import type { RunningDoor } from "./running_door.ts";

/** What a row may use. */
export interface RowContext {
  door: RunningDoor;
  /** The connection of the session that asks; also where the request itself goes over HTTP. */
  socket: ApiConnection;
  /** The session's token. */
  token: string;
}

/** One row. */
export interface Row {
  /** Id of the endpoint. */
  of: string;
  /** What is special. */
  name: string;
  /** Default that of the endpoint. A function when it is only known when things are prepared. */
  request?: string | ((context: RowContext) => string | Promise<string>);
  body?: unknown | ((context: RowContext) => unknown);
  /** Of the session that asks; `none`: there is no session. Default: `admin`. */
  as?: Access[] | "none";
  /** Default both. */
  over?: "http" | "socket";
  /** Whether a socket is attached to the session when the request comes over HTTP. Default true. */
  attached?: boolean;
  prepare?(context: RowContext): void | Promise<void>;
  /** Default the endpoint's success. */
  status?: number;
  /** `field` and `code` of a 422. */
  field?: [field: string, code: string];
  check?(answer: Answer, context: RowContext): void | Promise<void>;
}
