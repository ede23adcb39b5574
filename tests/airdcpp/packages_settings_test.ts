/** A configuration of packages that cannot be used is told of in one line. */

import { assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { startPackagesHost } from "./packages_host.ts";

for (
  const [packages, problem] of [
    [{ engines: [] }, 'in "packages.engines", "extension_engines" is empty'],
    [
      { engines: [{ name: "node", command: "node", arguments: [""] }] },
      'in "packages.engines", "arguments" is empty',
    ],
    [
      { registry: "ftp://example.org" },
      '"packages.registry" is "ftp://example.org", which does not begin with https://',
    ],
    [
      { registry: "http://example.org" },
      '"packages.registry" is "http://example.org", which is not encrypted; use https',
    ],
  ] as const
) {
  Deno.test(`a host does not start with ${JSON.stringify(packages)}, and says why`, async () => {
    const error = await assertRejects(
      () => startPackagesHost({}, { config: { packages } }),
      StartError,
    );
    assertEquals(error.message, `Cannot use the configuration: ${problem}`);
  });
}
