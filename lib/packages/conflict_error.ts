/**
 * Something that cannot be done because of what is there already (409 on the API).
 *
 * @module
 */

/** Tells what stands in the way. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}
