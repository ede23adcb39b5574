/**
 * Module `sessions` (contracts: AirDC++ 12.1, E1 to E10).
 *
 * @module
 */

import { ApiError } from "../api_error.ts";
import { Fields } from "../fields.ts";
import type { Login, UserBody } from "../login.ts";
import type { ApiModule, OpenRequest } from "../route.ts";
import type { Session, SessionKind } from "../session.ts";
import type { Sessions } from "../sessions.ts";
import type { SystemInfo } from "../system_info.ts";

/** What the module is made of. */
export interface SessionsModuleOptions {
  sessions: Sessions;
  login: Login;
  systemInfo(): SystemInfo;
  /** `default_idle_timeout`, minutes. */
  idleMinutes(): number;
  /** Where its events go. */
  publish(module: string, event: string, data: unknown): void;
}

/** `SESSION` on the wire. */
export interface SessionBody {
  id: number;
  type: SessionKind;
  /** Milliseconds since then. */
  last_activity: number;
  ip: string;
  user: UserBody;
}

/** A year: longer is the same as never. */
const LONGEST_IDLE_MINUTES = 366 * 24 * 60;

/** Makes the module. */
export function sessionsModule(options: SessionsModuleOptions): ApiModule {
  const { sessions, login, publish } = options;
  const body = (session: Session): SessionBody => ({
    id: session.id,
    type: session.type,
    last_activity: sessions.idleMs(session),
    ip: session.address,
    user: login.userBody(session.user),
  });
  sessions.observe({
    created: (session) => publish("sessions", "session_created", { session: body(session) }),
    removed: (session, timedOut) =>
      publish("sessions", "session_removed", { session: body(session), timed_out: timedOut }),
  });

  function loginBody(session: Session, token: string, refreshToken?: string): object {
    return {
      session_id: session.id,
      auth_token: token,
      token_type: "Bearer",
      user: login.userBody(session.user),
      system_info: options.systemInfo(),
      wizard_pending: false,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    };
  }

  async function authorize(request: OpenRequest): Promise<object> {
    refuseAuthenticated(request);
    const { socket, viaSocket } = request;
    const address = request.address();
    const fields = new Fields(request.body);
    const grantType = fields.optional("grant_type", (name) => fields.text(name)) ?? "password";
    const minutes = fields.optional(
      "max_inactivity",
      (name) => fields.integer(name, { max: LONGEST_IDLE_MINUTES }),
    ) ?? options.idleMinutes();
    const user = grantType === "refresh_token"
      ? await login.refresh(fields.text("refresh_token"), address)
      : grantType === "password"
      ? await login.password(fields.text("username"), fields.text("password"), address)
      : undefined;
    if (user === undefined) throw new ApiError(400, "The grant_type is unknown");
    // Another login of the same socket may have been quicker.
    if (viaSocket) refuseAuthenticated({ session: socket?.session });
    const { token, session } = login.start(user, { address, maxInactivityMs: minutes * 60_000 });
    if (viaSocket && socket !== undefined && !socket.closed) sessions.attach(session, socket);
    return loginBody(session, token, login.issueRefreshToken(user));
  }

  async function attach({ body, session, socket, viaSocket, address }: OpenRequest) {
    if (!viaSocket || socket === undefined) {
      throw new ApiError(400, "This is for WebSockets only");
    }
    refuseAuthenticated({ session });
    const token = new Fields(body).text("auth_token");
    const found = login.token(token, address());
    const owner = found instanceof Promise ? await found : found;
    if (owner.type === "secure") throw new ApiError(400, "The session is one of TLS only");
    refuseAuthenticated({ session: socket.session });
    sessions.touch(owner);
    sessions.attach(owner, socket);
    return loginBody(owner, token);
  }

  function find(params: ReadonlyMap<string, string>): Session {
    const session = sessions.byId(Number(params.get("id")));
    if (session === undefined) throw new ApiError(404, "There is no such session");
    return session;
  }

  function end(session: Session): void {
    if (session.type === "basic_auth") {
      throw new ApiError(400, "A session of HTTP Basic authentication cannot be ended");
    }
    sessions.end(session);
  }

  return {
    name: "sessions",
    events: {
      permission: "admin",
      names: new Map([["session_created", "module"], ["session_removed", "module"]]),
    },
    routes: [
      { method: "POST", path: "sessions/authorize", permission: "none", run: authorize },
      { method: "POST", path: "sessions/socket", permission: "none", run: attach },
      {
        method: "POST",
        path: "sessions/activity",
        permission: "any",
        run({ body }) {
          // Every request is a sign of life already.
          const fields = new Fields(body);
          fields.optional("user_active", (name) => fields.boolean(name));
        },
      },
      {
        method: "GET",
        path: "sessions/self",
        permission: "any",
        run: ({ session }) => body(session),
      },
      {
        method: "DELETE",
        path: "sessions/self",
        permission: "any",
        run: ({ session }) => end(session),
      },
      { method: "GET", path: "sessions", permission: "admin", run: () => sessions.all.map(body) },
      {
        method: "GET",
        path: "sessions/{id:\\d+}",
        permission: "admin",
        run: ({ params }) => body(find(params)),
      },
      {
        method: "DELETE",
        path: "sessions/{id:\\d+}",
        permission: "admin",
        run: ({ params }) => end(find(params)),
      },
    ],
  };
}

function refuseAuthenticated({ session }: { session: Session | undefined }): void {
  if (session !== undefined) throw new ApiError(412, "Authenticated already");
}
