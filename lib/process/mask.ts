/**
 * Keeping known secrets out of what is logged (security row 6).
 *
 * @module
 */

import type { CutRule } from "./line_splitter.ts";

/** Replaces secrets by `***`. Also the rule by which long lines are cut, so that none is split. */
export interface Masker extends CutRule {
  /**
   * From now on `secrets` are masked; added twice, they must be removed twice. A half of a token
   * that is worth something by itself is given as a secret of its own.
   *
   * @throws {RangeError} for a secret so short that it would blot out ordinary text
   */
  add(...secrets: string[]): void;
  /** Takes back one `add` of each. */
  remove(...secrets: string[]): void;
  /** `text` with every secret replaced; the same string if there is none. */
  mask(text: string): string;
}

const MASK = "***";
const SHORTEST_SECRET = 8;

/** A masker that knows no secrets yet. */
export function createMasker(): Masker {
  return new TokenMasker();
}

class TokenMasker implements Masker {
  readonly #uses = new Map<string, number>();
  #compiled: { pattern: RegExp; longest: number; shortest: number } | undefined;

  add(...secrets: string[]): void {
    for (const secret of secrets) {
      if (secret.length < SHORTEST_SECRET) {
        throw new RangeError(
          `Cannot mask a secret of ${secret.length} characters: it needs ${SHORTEST_SECRET}`,
        );
      }
      this.#uses.set(secret, (this.#uses.get(secret) ?? 0) + 1);
    }
    this.#compiled = undefined;
  }

  remove(...secrets: string[]): void {
    for (const secret of secrets) {
      const uses = this.#uses.get(secret) ?? 0;
      if (uses > 1) this.#uses.set(secret, uses - 1);
      else this.#uses.delete(secret);
    }
    this.#compiled = undefined;
  }

  mask(text: string): string {
    if (this.#uses.size === 0) return text;
    const { pattern, shortest } = this.#compile();
    return text.length < shortest ? text : text.replace(pattern, MASK);
  }

  get lookahead(): number {
    return this.#uses.size === 0 ? 0 : this.#compile().longest;
  }

  cutAt(text: string, at: number): number {
    if (this.#uses.size === 0) return at;
    const { pattern, longest } = this.#compile();
    const from = Math.max(0, at - longest);
    for (const match of text.slice(from, at + longest).matchAll(pattern)) {
      const start = from + match.index;
      if (start >= at) break;
      if (start + match[0].length > at) return start;
    }
    return at;
  }

  // Built anew after a change and not at it: two hundred extensions add four hundred secrets.
  #compile(): { pattern: RegExp; longest: number; shortest: number } {
    if (this.#compiled === undefined) {
      // Longest first: a whole token goes before the half of it.
      const secrets = [...this.#uses.keys()].sort((a, b) => b.length - a.length);
      this.#compiled = {
        pattern: new RegExp(secrets.map(literal).join("|"), "g"),
        longest: secrets[0]?.length ?? 0,
        shortest: secrets.at(-1)?.length ?? 0,
      };
    }
    return this.#compiled;
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
