/** Run with the port of a server as its argument: prints what a request to it gives, as JSON. */

import { requestOptions } from "./request_options.ts";
import { request } from "../../lib/net/request.ts";

const options = requestOptions(`https://localhost:${Deno.args[0]}/`);
const answer = await request(...options).then(({ body }) => body, (error) => error.code);
// Programs that the host starts must not see a choice that the user has not made.
console.log(JSON.stringify({ answer, store: Deno.env.get("DENO_TLS_CA_STORE") ?? null }));
