/**
 * What is wrong with one field of a request.
 *
 * @module
 */

/** How a field is wrong (contracts: AirDC++ 10.3). */
export type FieldProblem = "missing_field" | "invalid" | "already_exists";

/** Answered with 422 and the name of the field. */
export class FieldError extends Error {
  override readonly name = "FieldError";
  /** The field, or the key of the setting. */
  readonly field: string;
  readonly code: FieldProblem;

  /** @param options.message one sentence for people */
  constructor(field: string, options: { code: FieldProblem; message: string }) {
    super(options.message);
    this.field = field;
    this.code = options.code;
  }
}
