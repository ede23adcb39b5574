/**
 * The program, with an end from inside two seconds after its start.
 *
 * @module
 */

import { main } from "../../lib/cli/main.ts";

setTimeout(() => {
  Deno.exit(1);
}, 2000);
console.log("The crash is set");
await main(Deno.args);
