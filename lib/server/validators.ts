/**
 * Whether a client's copy of a file is still the file: `ETag`, `Last-Modified` and the conditions
 * that name them (RFC 9110, 13).
 *
 * @module
 */

import type { ResourceStat } from "../resources/source.ts";

/** What identifies one state of a file. */
export interface Validators {
  etag: string;
  lastModified: string;
}

/**
 * The validators of a file, from its size and time of change. The tag counts as a strong one, as
 * with other static servers: `If-Range`, which players use to seek, takes no other.
 */
export function validatorsOf(stat: ResourceStat): Validators {
  const modified = stat.modifiedAt.getTime();
  return {
    etag: `"${stat.size.toString(36)}-${modified.toString(36)}"`,
    lastModified: stat.modifiedAt.toUTCString(),
  };
}

/** Whether the answer is 304: `If-None-Match`, or without one `If-Modified-Since`. */
export function isNotModified(headers: Headers, validators: Validators): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) {
    return tags.split(",").some((tag) => {
      const trimmed = tag.trim();
      return trimmed === "*" || trimmed.replace(/^W\//, "") === validators.etag;
    });
  }
  const since = headers.get("if-modified-since");
  // An unreadable date is NaN, which compares false.
  return since !== null && Date.parse(validators.lastModified) <= Date.parse(since);
}

/** Whether `Range` holds: no `If-Range`, or one that names exactly this state. */
export function isRangeValid(headers: Headers, validators: Validators): boolean {
  const condition = headers.get("if-range");
  return condition === null || condition === validators.etag ||
    condition === validators.lastModified;
}
