import { assertEquals } from "@std/assert";
import { missing, SUCCESS, type Table, told, WRONG_TYPE } from "../conformance.ts";

const INVALID_KEY = {
  fails: "NE_ST_INVSTKY",
  message: "Invalid storage key format. The key should match regex: ^[a-zA-Z-_0-9]{1,50}$",
};

export const storage: Table = {
  name: "storage",
  rows: ({ folder }) => [
    ["storage.getKeys", {}, {
      fails: "NE_ST_NOSTDIR",
      message: `Unable to read storage directory: ${folder}/.storage`,
    }],
    ["storage.setData", { key: "a-b_C9", data: "ü\u0000\n" }, SUCCESS],
    ["storage.getData", { key: "a-b_C9" }, { gives: "ü\u0000\n" }],
    ["storage.setData", { key: "empty", data: "" }, SUCCESS],
    ["storage.getData", { key: "empty" }, { gives: "" }],
    ["storage.getKeys", {}, { gives: ["a-b_C9", "empty"] }],
    ["storage.setData", { key: "empty" }, told("Storage key empty was removed")],
    ["storage.setData", { key: "empty", data: null }, {
      fails: "NE_ST_STKEYRE",
      message: "Unable to remove storage key: empty",
    }],
    ["storage.setData", { key: "a", data: 1 }, WRONG_TYPE],
    ["storage.setData", { data: "x" }, missing("key")],
    ["storage.setData", { key: 1, data: "x" }, WRONG_TYPE],
    ["storage.setData", { key: "", data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "../x", data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "x\n", data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "x".repeat(51), data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "x".repeat(50), data: "x" }, SUCCESS],
    ["storage.getData", { key: "none" }, {
      fails: "NE_ST_NOSTKEX",
      message: "Unable to find storage key: none",
    }],
    ["storage.getData", { key: "ü" }, INVALID_KEY],
    ["storage.getData", {}, missing("key")],
    ["storage.getData", { key: "__proto__" }, { fails: "NE_ST_NOSTKEX" }],
    [
      "storage.removeData",
      { key: "x".repeat(50) },
      told(`Storage key ${"x".repeat(50)} was removed`),
    ],
    ["storage.removeData", { key: "none" }, {
      fails: "NE_ST_STKEYRE",
      message: "Unable to remove storage key: none",
    }],
    ["storage.removeData", { key: "." }, INVALID_KEY],
    ["storage.removeData", {}, missing("key")],
    ["storage.clear", {}, told("Storage was cleared")],
    ["storage.clear", {}, told("Storage was cleared")],
    ["storage.getKeys", {}, { fails: "NE_ST_NOSTDIR" }],
    ["storage.setData", () => {
      Deno.mkdirSync(`${folder}/.storage/blocked.neustorage`, { recursive: true });
      return { key: "blocked", data: "x" };
    }, { fails: "NE_ST_STKEYWE", message: "Unable to write data to key: blocked" }],
    ["storage.getData", { key: "blocked" }, { fails: "NE_ST_NOSTKEX" }],
    ["storage.getKeys", {}, { gives: [] }],
  ],
  async after({ folder }) {
    // A write that failed leaves nothing half done.
    const left = await Array.fromAsync(Deno.readDir(`${folder}/.storage`));
    assertEquals(left.map(({ name }) => name), ["blocked.neustorage"]);
  },
};
