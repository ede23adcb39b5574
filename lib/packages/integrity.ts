/**
 * Whether a file is the one that was meant (contracts: AirDC++ 3.3, 18).
 *
 * @module
 */

/** What a file is compared with. Absent or empty: not at all. */
export interface ExpectedDigests {
  /** Subresource integrity: `sha512-<base64>`, several separated by spaces. */
  integrity?: string | undefined;
  /** SHA-1 in lower-case hexadecimal. */
  shasum?: string | undefined;
}

/** Takes the bytes of a file one piece after the other. */
export interface IntegrityCheck {
  update(bytes: Uint8Array): void;
  /** @throws {Error} when the file is another one; the message is a clause */
  finish(): void;
}

/** Strongest first, with the characters that the base64 of their digests has. */
const ALGORITHMS: readonly (readonly [name: string, characters: number])[] = [
  ["sha512", 88],
  ["sha384", 64],
  ["sha256", 44],
];

interface Wanted {
  algorithm: string;
  encoding: "base64" | "hex";
  /** One of them must be the file's. */
  digests: readonly string[];
}

/**
 * Begins to check a file. Of several algorithms in `integrity` the strongest counts, and one digest of
 * it must match. Where a `shasum` is given as well, both must.
 *
 * @throws {Error} when `integrity` names no algorithm that is known
 */
export async function integrityCheck(expected: ExpectedDigests): Promise<IntegrityCheck> {
  const wanted: Wanted[] = [];
  if (expected.integrity) wanted.push(strongest(expected.integrity));
  if (expected.shasum) {
    wanted.push({ algorithm: "sha1", encoding: "hex", digests: [expected.shasum] });
  }
  if (wanted.length === 0) return { update() {}, finish() {} };
  // Loaded here: it costs milliseconds at every start.
  const { createHash } = await import("node:crypto");
  const hashes = wanted.map((one) => ({ ...one, hash: createHash(one.algorithm) }));
  return {
    update(bytes) {
      for (const { hash } of hashes) hash.update(bytes);
    },
    finish() {
      for (const { hash, algorithm, encoding, digests } of hashes) {
        const digest = hash.digest(encoding);
        if (digests.includes(digest)) continue;
        throw new Error(
          `its ${algorithm} is ${digest}, but ${digests.join(" or ")} was expected`,
        );
      }
    },
  };
}

/**
 * Why a text is no subresource integrity that can be checked; `undefined` when it is.
 *
 * @example
 * ```ts
 * import { integrityProblem } from "./integrity.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(integrityProblem("md5-AAAA"), 'names none of sha512, sha384, sha256: "md5-AAAA"');
 * ```
 */
export function integrityProblem(integrity: string): string | undefined {
  try {
    strongest(integrity);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace("its integrity ", "");
  }
}

function strongest(integrity: string): Wanted {
  const entries = integrity.slice(0, 10_000).trim().split(/\s+/)
    .map((entry) => /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?$/.exec(entry));
  for (const [algorithm, characters] of ALGORITHMS) {
    const digests = entries.filter((match) => match?.[1] === algorithm)
      .map((match) => match![2]!);
    if (digests.length === 0) continue;
    const whole = digests.filter((digest) => digest.length === characters);
    if (whole.length === 0) throw new Error(`its integrity is no whole ${algorithm}`);
    return { algorithm, encoding: "base64", digests: whole };
  }
  const known = ALGORITHMS.map(([name]) => name).join(", ");
  throw new Error(`its integrity names none of ${known}: "${integrity.slice(0, 100)}"`);
}
