/**
 * What the command line and the management page need to get in.
 *
 * @module
 */

import { ApiError } from "../api_error.ts";
import type { Route } from "../route.ts";

/** What the endpoints need. */
export interface OperatorOptions {
  /** The token of a fresh session that may do everything. */
  issueSession(): string;
  /** A fresh address of the management page; `undefined` when it is not served. */
  manageUrl(): string | undefined;
}

/** `POST outrigger/session` and `POST outrigger/manage`, for `admin`. */
export function operatorRoutes({ issueSession, manageUrl }: OperatorOptions): Route[] {
  return [
    {
      method: "POST",
      path: "outrigger/session",
      permission: "admin",
      // A session has one socket at most: whoever wants events takes a session of their own.
      run: () => ({ auth_token: issueSession() }),
    },
    {
      method: "POST",
      path: "outrigger/manage",
      permission: "admin",
      run() {
        const url = manageUrl();
        if (url === undefined) {
          throw new ApiError(404, "The management page is off; start the host with --manage");
        }
        return { url };
      },
    },
  ];
}
