/**
 * Frames of the WebSocket (contracts: AirDC++ 10.4).
 *
 * @module
 */

import { JsonText } from "../router/json_text.ts";
import { ApiError, type ErrorBody } from "./api_error.ts";
import { parseJson } from "./json_body.ts";

/** A request as it comes in a frame. */
export interface RequestFrame {
  /** Absent: the response carries none either. */
  callbackId: number | undefined;
  method: string;
  path: string;
  data: unknown;
}

/** A frame that is no request; its answer carries the callback id if that could be read. */
export interface BadFrame {
  callbackId: number | undefined;
  error: ApiError;
}

/** The answer to a request, on either transport. */
export interface Outcome {
  /** 200 or 204, or from 400 on. */
  readonly code: number;
  /** Of a 200. */
  readonly data?: unknown;
  /** From 400 on. */
  readonly error?: ErrorBody;
}

/** Reads a frame. Never throws. */
export function parseFrame(text: string): RequestFrame | BadFrame {
  let frame: unknown;
  try {
    frame = parseJson(text);
  } catch (error) {
    return { callbackId: undefined, error: error as ApiError };
  }
  if (typeof frame !== "object" || frame === null || Array.isArray(frame)) {
    return bad(undefined, "A frame must be a JSON object");
  }
  const { callback_id: id, method, path, data = null } = frame as Record<string, unknown>;
  // Absent and not positive ones are answered without; so does the original.
  const absent = id === undefined || id === null ||
    (typeof id === "number" && Number.isInteger(id) && id <= 0);
  if (!absent && !(Number.isSafeInteger(id) && (id as number) > 0)) {
    return bad(undefined, "callback_id must be a positive integer");
  }
  const callbackId = absent ? undefined : id as number;
  if (typeof path !== "string" || path === "") return bad(callbackId, "path is missing");
  if (typeof method !== "string") return bad(callbackId, "method is missing");
  return { callbackId, method, path, data };
}

function bad(callbackId: number | undefined, message: string): BadFrame {
  return { callbackId, error: new ApiError(400, message) };
}

/**
 * The text of a response.
 *
 * @throws {TypeError} and {RangeError} for data that has no JSON
 */
export function formatResponse(callbackId: number | undefined, outcome: Outcome): string {
  const head = callbackId === undefined ? "{" : `{"callback_id":${callbackId},`;
  const { code, data, error } = outcome;
  if (error !== undefined) return `${head}"code":${code},"error":${JSON.stringify(error)}}`;
  return code === 204 ? `${head}"code":204}` : `${head}"code":${code},"data":${encodeData(data)}}`;
}

/** JSON of an answer's data, which may be JSON already. */
export function encodeData(data: unknown): string {
  return data instanceof JsonText ? data.text : JSON.stringify(data ?? null);
}

/** What an event may carry beside its data. */
export interface EventExtras {
  /** Of an entity event. */
  id?: string | number | undefined;
  /** Of a hook. */
  completionId?: number | undefined;
}

/**
 * The text of an event. It never has a `callback_id`: clients tell responses by it.
 *
 * @example
 * ```ts
 * import { formatEvent } from "./frames.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatEvent("away_state", { id: "off" }), '{"event":"away_state","data":{"id":"off"}}');
 * ```
 */
export function formatEvent(event: string, data: unknown, extras: EventExtras = {}): string {
  const { id, completionId } = extras;
  const name = JSON.stringify(event);
  const mark = completionId !== undefined
    ? `"completion_id":${completionId},`
    : id !== undefined
    ? `"id":${JSON.stringify(id)},`
    : "";
  return `{"event":${name},${mark}"data":${encodeData(data)}}`;
}
