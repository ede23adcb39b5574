import { assert, assertEquals } from "@std/assert";
import { generateJsonSchema, SCHEMA_FILE } from "../../lib/config/json_schema.ts";

const generated = generateJsonSchema();

Deno.test("generateJsonSchema() gives what is checked in; deno run -A lib/config/json_schema.ts --write", async () => {
  assertEquals(await Deno.readTextFile(SCHEMA_FILE), generated);
});

Deno.test("generateJsonSchema() is draft-07, with $schema and unknown keys allowed", () => {
  const schema = JSON.parse(generated);
  assertEquals(schema.$schema, "http://json-schema.org/draft-07/schema#");
  assert(schema.properties.$schema);
  assertEquals(schema.additionalProperties, true);
  assertEquals(schema.required, undefined);
  assert(!generated.includes('"additionalProperties": false'));
});

Deno.test("generateJsonSchema() describes every key, every limit and every mode", () => {
  const { properties } = JSON.parse(generated);
  for (const [key, value] of Object.entries<{ description?: string }>(properties)) {
    assert((value.description ?? "").length > 10, key);
  }
  assertEquals(properties.port.minimum, 0);
  assertEquals(properties.port.maximum, 65535);
  assertEquals(properties.port.type, ["integer", "null"]);
  assertEquals(Object.keys(properties.limits.properties).length, 7);
  assertEquals(Object.keys(properties.modes.properties), ["window", "browser", "cloud", "chrome"]);
});
