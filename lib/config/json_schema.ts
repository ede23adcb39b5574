/**
 * The JSON Schema of the configuration file, for editors. For development only: nothing that runs
 * in an app imports this.
 *
 * ```sh
 * deno run -A lib/config/json_schema.ts --write   # or --check
 * ```
 *
 * @module
 */

import { toJsonSchema } from "@valibot/to-json-schema";
import { ConfigFile } from "./schema.ts";

/** Where the generated schema is checked in. */
export const SCHEMA_FILE: URL = new URL("./neutralino.config.schema.json", import.meta.url);

type Json = Record<string, unknown>;

/** The schema as the text of its file. */
export function generateJsonSchema(): string {
  const schema = allowNull(toJsonSchema(ConfigFile, {
    target: "draft-07",
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === "safe_integer" ? { ...jsonSchema, type: "integer" } : undefined,
  })) as Json;
  const properties = schema.properties as Json;
  const text = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Neutralino configuration, as read by Outrigger",
    type: "object",
    properties: {
      $schema: { type: "string", description: "The schema of this file, for editors." },
      ...properties,
    },
    additionalProperties: true,
  };
  return JSON.stringify(text, null, 2) + "\n";
}

/** Writes "or null" as a second type, which editors show better than a choice of two schemas. */
function allowNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(allowNull);
  if (typeof node !== "object" || node === null) return node;
  const { anyOf, required, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, allowNull(value)]),
  );
  if (Array.isArray(required) && required.length > 0) rest.required = required;
  if (!Array.isArray(anyOf)) return rest;
  const [schema, other] = anyOf as [Json, Json | undefined];
  if (anyOf.length !== 2 || other?.type !== "null") return { ...rest, anyOf };
  if (Array.isArray(schema.anyOf)) return { ...rest, anyOf: [...schema.anyOf, other] };
  if (Array.isArray(schema.enum)) return { ...schema, ...rest, enum: [...schema.enum, null] };
  return { ...schema, ...rest, type: [schema.type, "null"] };
}

if (import.meta.main) {
  const text = generateJsonSchema();
  if (Deno.args.includes("--write")) {
    await Deno.writeTextFile(SCHEMA_FILE, text);
  } else if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(SCHEMA_FILE) !== text) Deno.exit(1);
  } else {
    await Deno.stdout.write(new TextEncoder().encode(text));
  }
}
