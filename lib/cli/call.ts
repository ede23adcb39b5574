/**
 * `outrigger call`: one call to the host or to an extension.
 *
 * @module
 */

import type { Json } from "../client.ts";
import { type Command, CommandError, EXIT, PATH } from "./command.ts";
import { requireApp, withHost } from "./running_host.ts";

/** The command. */
export const call: Command = {
  name: "call",
  words: "METHOD [JSON]",
  count: [1, 2],
  summary: "Call a native method, or one of an extension's",
  details: `Prints the result as JSON. JSON is what the method is given; "-" reads it from stdin.

  outrigger call computer.getArch
  outrigger call extensions.restart '{"extensionId": "com.example.printer"}'
  outrigger call -e com.example.printer print '{"pages": 2}'`,
  options: [
    PATH,
    { name: "extension", short: "e", value: "ID", description: "Call a method of this extension" },
    { name: "timeout", short: "t", value: "SECONDS", description: "Default: 30" },
  ],
  async run(input, terminal) {
    const [method = "", text] = input.words;
    const extension = input.text("extension");
    const timeoutMs = (input.number("timeout", 1) ?? 30) * 1000;
    const given = text === undefined ? undefined : await data(text);
    const oneLine = input.flag("json");
    const unwritten = Promise.withResolvers<never>();
    const onPart = (part: Json) => {
      try {
        terminal.json(part, { oneLine: true });
      } catch (error) {
        unwritten.reject(error);
      }
    };
    const result = await withHost(await requireApp(input), (client) => {
      if (extension === undefined) return client.call(method, given, { timeoutMs });
      const called = client.callExtension(extension, method, given ?? null, { timeoutMs, onPart });
      return Promise.race([called, unwritten.promise]);
    });
    terminal.json(result, { oneLine });
    return EXIT.fine;
  },
};

async function data(text: string): Promise<Json> {
  const json = text === "-" ? await new Response(Deno.stdin.readable).text() : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandError(`The data is no JSON: ${(error as Error).message}`, EXIT.usage);
  }
}
