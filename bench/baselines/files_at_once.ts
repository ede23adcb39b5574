/** The same as `files.ts` with Nagle's algorithm off, as the host has it; see `echo_at_once.ts`. */

import { bind } from "../../lib/server/bind.ts";
import { answerFiles } from "./files.ts";

const options = { hostname: "127.0.0.1", port: 0, ownProcess: true };
console.log(bind({ ...options, handler: answerFiles }).port);
