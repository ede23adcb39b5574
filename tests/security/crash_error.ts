/**
 * The program, with an end from inside two seconds after its start.
 *
 * @module
 */

import { main } from "../../lib/cli/main.ts";

setTimeout(() => {
  throw new Error("on purpose");
}, 2000);
console.log("The crash is set");
await main(Deno.args);
