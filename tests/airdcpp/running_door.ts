/**
 * A door on a real port, without the rest of the host.
 *
 * @module
 */

import { LIMITS } from "./limits.ts";
import { AirDcppDoor, type AirDcppDoorOptions } from "../../lib/airdcpp/door.ts";
import { Passwords } from "../../lib/airdcpp/password.ts";
import { ACCESS, type Access, Permissions } from "../../lib/airdcpp/permissions.ts";
import { Sessions, type SessionsOptions } from "../../lib/airdcpp/sessions.ts";
import { describeSystem, loadCid } from "../../lib/airdcpp/system_info.ts";
import { Users } from "../../lib/airdcpp/users.ts";
import { type MemoryLog, startServer } from "../server/running_server.ts";
import { ApiConnection } from "./api_client.ts";

/** Whoever gives the modules may use the door's parts. */
export interface DoorParts {
  door: AirDcppDoor;
  sessions: Sessions;
  users: Users;
  log: MemoryLog;
  folder: string;
}

/** What may differ from the usual door of a test. */
export interface RunningDoorOptions extends
  Partial<
    Pick<AirDcppDoorOptions, "foreign" | "settings" | "now" | "loginTimeoutMs" | "bodyTimeoutMs">
  > {
  limits?: Partial<AirDcppDoorOptions["limits"]>;
  sessions?: SessionsOptions;
  /** Rounds for a password. Default 10. */
  iterations?: number;
  /** Registers modules. */
  setUp?: (parts: DoorParts) => void | Promise<void>;
}

/** A running door. */
export class RunningDoor implements AsyncDisposable {
  readonly #stop: () => Promise<void>;
  readonly #connections: ApiConnection[] = [];

  constructor(readonly port: number, readonly parts: DoorParts, stop: () => Promise<void>) {
    this.#stop = stop;
  }

  /** The token of a fresh session with these permissions. */
  token(...permissions: Access[]): string {
    const user = { username: "somebody", permissions: new Permissions(permissions), lastLogin: 0 };
    const options = { type: "plain", address: "127.0.0.1", maxInactivityMs: 0 } as const;
    return this.parts.sessions.create(user, options).token;
  }

  /** A connection of a fresh session with these permissions; none given: all. */
  connect(...permissions: Access[]): Promise<ApiConnection> {
    return this.attach(this.token(...(permissions.length === 0 ? ACCESS : permissions)));
  }

  /** A connection attached to the session of a token. */
  async attach(token: string): Promise<ApiConnection> {
    const connection = await ApiConnection.attach(this.port, token);
    this.#connections.push(connection);
    return connection;
  }

  /** A connection without a session. */
  async open(target?: string): Promise<ApiConnection> {
    const connection = await ApiConnection.open(this.port, target);
    this.#connections.push(connection);
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.#stop();
  }
}

/** Starts a door; user `admin` with password `pw` may do everything. */
export async function startDoor(options: RunningDoorOptions = {}): Promise<RunningDoor> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-test-" });
  const serving: { door?: AirDcppDoor } = {};
  const server = await startServer([{
    prefix: "/api",
    handler: (request, info) => serving.door!.handle(request, info),
  }]);
  const { log } = server;
  const sessions = new Sessions(options.sessions);
  const users = await Users.open({
    folder,
    log,
    configured: [{ username: "admin", password: "pw", permissions: ["admin"] }],
    passwords: new Passwords({ iterations: options.iterations ?? 10 }),
  });
  const info = describeSystem({ cid: await loadCid(folder), started: Date.now() });
  const { limits, setUp, sessions: _sessions, iterations: _iterations, ...others } = options;
  const door = serving.door = new AirDcppDoor({
    log,
    sessions,
    users,
    systemInfo: () => info,
    limits: { ...LIMITS, ...limits },
    ...others,
  });
  const parts: DoorParts = { door, sessions, users, log, folder };
  await setUp?.(parts);
  return new RunningDoor(server.port, parts, async () => {
    await door.stop();
    await server.listener.shutdown();
    await Deno.remove(folder, { recursive: true });
  });
}
