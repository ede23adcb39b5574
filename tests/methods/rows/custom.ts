import { customMethod, HostError } from "../../../lib/mod.ts";
import { missing, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

const methods = {
  add: customMethod({ arg0: "number", arg1: "number" }, ({ arg0, arg1 }) => arg0 + arg1),
  greet: customMethod(
    { name: "string", loud: "boolean?" },
    async ({ name, loud = false }) =>
      await Promise.resolve(loud ? `${name.toUpperCase()}!` : `${name}.`),
  ),
  all: customMethod(
    { list: "array", object: "object", any: "any", maybe: "any?" },
    (params) => params,
  ),
  who: customMethod({}, (_params, { kind }) => kind),
  nothing: customMethod({}, () => {}),
  nil: () => null,
  fails: customMethod({ arg0: "string" }, ({ arg0 }) => {
    throw new HostError("NE_EX_EXTNOTC", arg0);
  }),
  later: () => Promise.reject(new Error("not on the wire")),
  echo: (params: Readonly<Record<string, unknown>>) => params,
  $: () => "x".repeat(3 << 20),
};

export const custom: Table = {
  name: "custom",
  options: { methods },
  rows: () => [
    ["custom.getMethods", {}, { gives: Object.keys(methods) }],
    ["custom.add", { arg0: 1, arg1: 2.5 }, { gives: 3.5 }],
    ["custom.add", { arg1: 2 }, missing("arg0")],
    ["custom.add", { arg0: "1", arg1: null }, missing("arg1")],
    ["custom.add", { arg0: "1", arg1: 2 }, WRONG_TYPE],
    ["custom.add", [1, 2], missing("arg0")],
    ["custom.greet", { name: "grüß" }, { gives: "grüß." }],
    ["custom.greet", { name: "grüß", loud: true }, { gives: "GRÜSS!" }],
    ["custom.greet", { name: "a", loud: null }, { gives: "a." }],
    ["custom.greet", { name: "a", loud: 1 }, WRONG_TYPE],
    ["custom.all", { list: [1], object: { a: 1 }, any: false }, {
      gives: { list: [1], object: { a: 1 }, any: false },
    }],
    ["custom.all", { list: [], object: {}, any: [], maybe: "x" }, {
      gives: { list: [], object: {}, any: [], maybe: "x" },
    }],
    ["custom.all", { list: {}, object: {}, any: 1 }, WRONG_TYPE],
    ["custom.all", { list: [], object: [], any: 1 }, WRONG_TYPE],
    ["custom.all", { list: [], object: {}, any: null }, missing("any")],
    ["custom.who", {}, { gives: "page" }],
    ["custom.nothing", {}, SUCCESS],
    ["custom.nil", {}, { gives: null }],
    ["custom.fails", { arg0: "js.ü" }, {
      fails: "NE_EX_EXTNOTC",
      message: "js.ü is not connected yet",
    }],
    ["custom.later", {}, WRONG_TYPE],
    ["custom.echo", JSON.parse('{"arg0":[1,null],"__proto__":{"a":"ü"},"stranger":{"path":1}}'), {
      gives: JSON.parse('{"arg0":[1,null],"__proto__":{"a":"ü"},"stranger":{"path":1}}'),
    }],
    ["custom.echo", { stranger: { path: 1 } }, { gives: { stranger: { path: 1 } } }],
    ["custom.echo", [1], { gives: {} }],
    ["custom.echo", "text", { gives: {} }],
    ["custom.$", {}, { gives: "x".repeat(3 << 20) }],
    ["custom.toString", {}, { fails: "NE_RT_NATNTIM" }],
  ],
};
