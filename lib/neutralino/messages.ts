/**
 * Requests and responses as JSON (contracts: Neutralino 3.4, 3.5).
 *
 * @module
 */

import type { Result } from "../router/method.ts";

/** A request as it comes in a frame. */
export interface RequestMessage {
  id: string;
  method: string;
  accessToken: string;
  data?: unknown;
}

/** @returns `undefined` for what is no request: such a frame gets no reply */
export function parseRequest(text: string): RequestMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { id, method, accessToken } = message as Record<string, unknown>;
  const complete = typeof id === "string" && typeof method === "string" &&
    typeof accessToken === "string";
  return complete ? message as RequestMessage : undefined;
}

/** The text of a response. */
export function formatResponse({ id, method }: RequestMessage, data: Result): string {
  return JSON.stringify({ data, id, method });
}
