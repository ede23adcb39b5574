/**
 * `custom.*`: the methods that a program embedding the host adds (contracts: Neutralino 6.4).
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import { jsonOfText, JsonText } from "../router/json_text.ts";
import { done, type Method, type MethodTable, returned } from "../router/method.ts";
import { wrongType } from "../router/params.ts";

/** JSON types by name. `any` is each of them, except `null`, which counts as absent. */
interface JsonTypes {
  string: string;
  number: number;
  boolean: boolean;
  array: unknown[];
  object: Record<string, unknown>;
  any: unknown;
}

/** Parameters by name: `"string"`, or `"string?"` for one that may be absent, and so on. */
export type ParameterTypes = Readonly<
  Record<string, keyof JsonTypes | `${keyof JsonTypes}?`>
>;

/** What a handler gets for its {@linkcode ParameterTypes}. */
export type ParametersOf<Types extends ParameterTypes> =
  & { [Name in keyof Types as Types[Name] extends `${string}?` ? never : Name]: Value<Types[Name]> }
  & {
    [Name in keyof Types as Types[Name] extends `${string}?` ? Name : never]?: Value<Types[Name]>;
  };

type Value<Type> = Type extends keyof JsonTypes ? JsonTypes[Type]
  : Type extends `${infer Base extends keyof JsonTypes}?` ? JsonTypes[Base]
  : never;

/**
 * Answers a call. What it returns, now or later, is what the page's promise gives: any JSON value;
 * `undefined` for a success without a value. A {@linkcode HostError} is answered as it is, anything
 * else thrown as `NE_RT_NATRTER`, with the reason in the log.
 */
export type CustomHandler<Parameters> = (params: Parameters, caller: Caller) => unknown;

/** A method whose parameters are checked; made by {@linkcode customMethod}. */
export interface CustomMethod {
  readonly parameters: ParameterTypes;
  readonly run: CustomHandler<never>;
}

/** A method by name, or a function that takes whatever parameters come. */
export type CustomMethods = Readonly<
  Record<string, CustomMethod | CustomHandler<Readonly<Record<string, unknown>>>>
>;

const TYPES: ReadonlySet<string> = new Set(
  ["string", "number", "boolean", "array", "object", "any"] satisfies (keyof JsonTypes)[],
);

/**
 * A method of the embedder's own, `Neutralino.custom.<name>(...)` in pages.
 *
 * The client library sends what is passed at position 0, 1, ... as `arg0`, `arg1`, ...; the members of
 * an object that is passed become parameters by their own names.
 *
 * @param parameters name to type; one that is missing or of another type is answered with
 * `NE_RT_NATRTER`, and `run` is not called
 *
 * @example
 * ```ts
 * import { customMethod } from "./custom.ts";
 *
 * const methods = {
 *   // Neutralino.custom.add(1, 2)
 *   add: customMethod({ arg0: "number", arg1: "number" }, ({ arg0, arg1 }) => arg0 + arg1),
 *   // Neutralino.custom.greet({ name: "Ada" })
 *   greet: customMethod({ name: "string", loud: "boolean?" }, async ({ name, loud = false }) => {
 *     const greeting = `Hello ${name}`;
 *     return await Promise.resolve(loud ? greeting.toUpperCase() : greeting);
 *   }),
 *   // Unchecked.
 *   echo: (params: Readonly<Record<string, unknown>>) => params,
 * };
 * ```
 */
export function customMethod<const Types extends ParameterTypes>(
  parameters: Types,
  run: CustomHandler<ParametersOf<Types>>,
): CustomMethod {
  return { parameters, run };
}

/**
 * The table of `custom.*`.
 *
 * @param methods the embedder's, by the name that pages see
 * @throws {TypeError} for a name that is no identifier or is `getMethods`, and for a type that there
 * is not
 */
export function customMethods(methods: CustomMethods): MethodTable {
  const names = Object.keys(methods);
  const table = new Map<string, Method>([
    ["custom.getMethods", { run: () => returned(names) }],
  ]);
  for (const [name, method] of Object.entries(methods)) {
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || name === "getMethods") {
      throw new TypeError(
        `Cannot add method "${name}": expected an identifier other than "getMethods"`,
      );
    }
    table.set(
      `custom.${name}`,
      typeof method === "function" ? unchecked(method) : checked(name, method),
    );
  }
  return table;
}

function unchecked(run: CustomHandler<Readonly<Record<string, unknown>>>): Method {
  return { run: async ({ members }, caller) => await answer(run(members, caller)) };
}

function checked(method: string, { parameters, run }: CustomMethod): Method {
  const all = Object.entries(parameters).map(([name, text]) => {
    const type = text.replace(/\?$/, "");
    if (!TYPES.has(type)) {
      throw new TypeError(
        `Cannot add method "${method}": parameter "${name}" has no type "${text}"`,
      );
    }
    return { name, type, optional: text.endsWith("?") };
  });
  return {
    required: all.filter(({ optional }) => !optional).map(({ name }) => name),
    async run(params, caller) {
      const given: [name: string, value: unknown][] = [];
      for (const { name, type } of all) {
        const value = params.value(name);
        if (value === undefined) continue;
        if (type !== "any" && typeOf(value) !== type) throw wrongType();
        given.push([name, value]);
      }
      return await answer(run(Object.fromEntries(given) as never, caller));
    },
  };
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}

async function answer(result: unknown) {
  const value = await result;
  if (typeof value === "string") return returned(await jsonOfText(value));
  // Made JSON here, so that the log tells of what cannot be: a BigInt, a circle.
  const text = JSON.stringify(value);
  return text === undefined ? done() : returned(new JsonText(text));
}
