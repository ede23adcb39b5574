/**
 * Errors of the API, and what clients see of them (contracts: AirDC++ 10.3).
 *
 * @module
 */

import { FieldError, type FieldProblem } from "../packages/field_error.ts";

/** The `error` of a frame, the body of an HTTP response. */
export interface ErrorBody {
  message: string;
  field?: string;
  /** A {@linkcode FieldProblem}, or a wire code of the router. */
  code?: string;
}

/** Thrown to answer a request with a status other than success. Its message is shown to clients. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** An HTTP status from 400 on. */
  readonly status: number;
  readonly field: string | undefined;
  readonly code: FieldProblem | string | undefined;

  constructor(
    status: number,
    message: string,
    details: { field?: string; code?: FieldProblem | string } = {},
  ) {
    super(message);
    this.status = status;
    this.field = details.field;
    this.code = details.code;
  }
}

/** A status and what belongs to it. */
export interface Failure {
  status: number;
  body: ErrorBody;
}

/**
 * What a client is told of an error; `undefined` for one that was not made for clients, since its
 * text may hold paths and the like (18 #18).
 *
 * @example
 * ```ts
 * import { ApiError, failureOf } from "./api_error.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(failureOf(new ApiError(404, "No such user")), {
 *   status: 404,
 *   body: { message: "No such user" },
 * });
 * assertEquals(failureOf(new Error("/home/me/secret is missing")), undefined);
 * ```
 */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof FieldError) {
    const { message, field, code } = error;
    return { status: 422, body: { message, field, code } };
  }
  if (!(error instanceof ApiError)) return undefined;
  const { message, field, code, status } = error;
  const body: ErrorBody = { message };
  if (field !== undefined) body.field = field;
  if (code !== undefined) body.code = code;
  return { status, body };
}
