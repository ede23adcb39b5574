import { main } from "./lib/cli/main.ts";

await main(Deno.args, import.meta.filename);
