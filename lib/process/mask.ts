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

/** Characters of a secret that it is looked up by. */
const PREFIX = SHORTEST_SECRET;

/**
 * Text is searched for runs of the characters that secrets are made of, at least as long as the
 * shortest one; in these, which are rare, secrets are looked up. So hundreds of them cost no more
 * than one, in time and in memory.
 */
class TokenMasker implements Masker {
  readonly #uses = new Map<string, number>();
  /** By their first characters, longest first: a whole token goes before the half of it. */
  readonly #byPrefix = new Map<string, string[]>();
  readonly #characters = new Set<string>();
  #longest = 0;
  #shortest = Infinity;
  #run: RegExp | undefined;

  add(...secrets: string[]): void {
    for (const secret of secrets) {
      if (secret.length < SHORTEST_SECRET) {
        throw new RangeError(
          `Cannot mask a secret of ${secret.length} characters: it needs ${SHORTEST_SECRET}`,
        );
      }
      const uses = this.#uses.get(secret) ?? 0;
      this.#uses.set(secret, uses + 1);
      if (uses === 0) this.#index(secret);
    }
  }

  remove(...secrets: string[]): void {
    for (const secret of secrets) {
      const uses = this.#uses.get(secret) ?? 0;
      if (uses > 1) {
        this.#uses.set(secret, uses - 1);
        continue;
      }
      this.#uses.delete(secret);
      const prefix = secret.slice(0, PREFIX);
      const others = this.#byPrefix.get(prefix)?.filter((text) => this.#uses.has(text)) ?? [];
      if (others.length > 0) this.#byPrefix.set(prefix, others);
      else this.#byPrefix.delete(prefix);
    }
  }

  mask(text: string): string {
    let masked = "";
    let end = 0;
    for (const { index, length } of this.#found(text)) {
      masked += text.slice(end, index) + MASK;
      end = index + length;
    }
    return end === 0 ? text : masked + text.slice(end);
  }

  get lookahead(): number {
    return this.#uses.size === 0 ? 0 : this.#longest;
  }

  cutAt(text: string, at: number): number {
    const from = Math.max(0, at - this.#longest);
    for (const { index, length } of this.#found(text.slice(from, at + this.#longest))) {
      const start = from + index;
      if (start >= at) break;
      if (start + length > at) return start;
    }
    return at;
  }

  #index(secret: string): void {
    const prefix = secret.slice(0, PREFIX);
    const others = this.#byPrefix.get(prefix) ?? [];
    this.#byPrefix.set(prefix, [...others, secret].sort((a, b) => b.length - a.length));
    const before = this.#characters.size;
    for (const character of secret) this.#characters.add(character);
    if (this.#characters.size > before || secret.length < this.#shortest) this.#run = undefined;
    this.#shortest = Math.min(this.#shortest, secret.length);
    this.#longest = Math.max(this.#longest, secret.length);
  }

  /** Where secrets stand, from left to right. */
  *#found(text: string): Generator<{ index: number; length: number }> {
    if (this.#uses.size === 0 || text.length < this.#shortest) return;
    this.#run ??= new RegExp(
      `[${[...this.#characters].map(literal).join("")}]{${this.#shortest},}`,
      "g",
    );
    for (const { 0: run, index } of text.matchAll(this.#run)) {
      for (let at = 0; at + this.#shortest <= run.length;) {
        const candidates = this.#byPrefix.get(run.slice(at, at + PREFIX));
        const secret = candidates?.find((candidate) => run.startsWith(candidate, at));
        if (secret !== undefined) yield { index: index + at, length: secret.length };
        at += secret?.length ?? 1;
      }
    }
  }
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
