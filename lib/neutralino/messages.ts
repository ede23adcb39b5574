/**
 * Requests and responses as JSON (contracts: Neutralino 3.4, 3.5).
 *
 * @module
 */

import { isDeeperThan } from "../router/json_depth.ts";
import { JsonText } from "../router/json_text.ts";
import type { Result } from "../router/method.ts";

/** A request as it comes in a frame. */
export interface RequestMessage {
  id: string;
  method: string;
  accessToken: string;
  data?: unknown;
}

/** Writing JSON takes ever longer for each further level: minutes for a message of nothing else. */
const DEEPEST = 10_000;
/** What a shorter text may hold takes a quarter of a second at most, and most calls are shorter. */
const SHORT = 1 << 20;

/**
 * @returns `undefined` for what is no request, or is large and nested more than 10,000 levels deep:
 * such a frame gets no reply
 */
export function parseRequest(text: string): RequestMessage | undefined {
  if (text.length > SHORT && isDeeperThan(DEEPEST, text)) return undefined;
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

/**
 * The same request with every digit of its numbers, for data that is passed on: identifiers of 64
 * bits are usual in other languages. Numbers that JavaScript would change become raw JSON.
 *
 * @returns `undefined` when it is nested so deeply, some thousand levels, that they cannot be kept
 */
export function withExactNumbers(
  message: RequestMessage,
  text: string,
): RequestMessage | undefined {
  if (!holdsRoundedInteger(message.data)) return message;
  try {
    return JSON.parse(text, keepDigits);
  } catch {
    return undefined;
  }
}

/** Whether an integer is so large that JavaScript may have rounded it. */
function holdsRoundedInteger(data: unknown): boolean {
  const open: unknown[] = [data];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "number") {
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) return true;
    } else if (Array.isArray(value)) {
      for (const item of value) if (item !== null && typeof item !== "string") open.push(item);
    } else if (typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) open.push(member);
    }
  }
  return false;
}

// TC39 "JSON.parse source text access"; the compiler's types do not have it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined) return value;
  return String(value) === source ? value : rawJSON(source);
}

/** The text of a response. */
export function formatResponse({ id, method }: RequestMessage, data: Result): string {
  if (data !== null && "returnValue" in data && data.returnValue instanceof JsonText) {
    const { returnValue, ...others } = data;
    const members = JSON.stringify(others).slice(1);
    return `{"data":{"returnValue":${returnValue.text},${members},"id":${JSON.stringify(id)},` +
      `"method":${JSON.stringify(method)}}`;
  }
  return JSON.stringify({ data, id, method });
}
