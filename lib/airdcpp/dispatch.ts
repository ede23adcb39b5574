/**
 * From a request to its answer: the checks in the order of the contract (AirDC++ 10.2), the same for
 * both transports.
 *
 * @module
 */

import { ApiError, failureOf } from "./api_error.ts";
import type { Outcome } from "./frames.ts";
import type { ApiMethod, ApiModule, ApiRequest, OpenRequest, Route } from "./route.ts";
import { type ModuleRoutes, tableOf } from "./route_table.ts";
import type { Session } from "./session.ts";
import type { ApiSocket } from "./socket.ts";

/** A request whose body is known to be JSON. */
export interface ApiCall {
  method: string;
  /** The whole path, from `/api` on. */
  path: string;
  body: unknown;
  session: Session | undefined;
  socket: ApiSocket | undefined;
  viaSocket: boolean;
  address: () => string;
}

/** Answers for modules that are not there; `undefined` where there is none (14.4). */
export type ForeignAnswer = (
  session: Session,
  method: ApiMethod,
  segments: readonly string[],
) => Outcome | undefined;

/** Settings of a {@linkcode Dispatcher}. */
export interface DispatcherOptions {
  /** Default: modules that are not there are not there. */
  foreign?: ForeignAnswer;
  /** Told of a handler that failed in a way it does not mean to. */
  complain(message: string): void;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const VERSION = /^v(\d+)$/;
const NO_CONTENT: Outcome = Object.freeze({ code: 204 });

/** Finds and runs endpoints. */
export class Dispatcher {
  readonly #modules = new Map<string, ModuleRoutes>();
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Adds a module. @param extra routes beside its own */
  register(module: ApiModule, extra: readonly Route[]): void {
    if (this.#modules.has(module.name)) throw new Error(`Two modules ${module.name}`);
    this.#modules.set(module.name, tableOf(module, extra));
  }

  /** Answers a request. Never throws and never rejects; a promise only where the endpoint waits. */
  dispatch(call: ApiCall): Outcome | Promise<Outcome> {
    try {
      const result = this.#run(call);
      if (!(result instanceof Promise)) return result;
      return result.catch((error) => this.#failed(call, error));
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  #run(call: ApiCall): Outcome | Promise<Outcome> {
    const { session } = call;
    const segments = segmentsOf(call.path);
    if (segments.shift() !== "api") throw new ApiError(400, "The path must begin with /api");
    if (!METHODS.has(call.method)) throw new ApiError(400, "The method is unknown");
    const method = call.method as ApiMethod;
    if (segments.length < 2) throw new ApiError(400, "The path needs a version and a module");
    const version = VERSION.exec(segments[0]!)?.[1];
    if (version === undefined) throw new ApiError(400, "The path needs a version such as v1");
    if (Number(version) !== 1) throw new ApiError(412, "Only version 1 of the API is supported");
    const name = segments[1]!;
    const module = this.#modules.get(name);
    if (session === undefined) {
      const found = module?.find(method, segments);
      if (typeof found === "object" && found.route.permission === "none") {
        return answer(found.route.run(requestOf(call, method, found.params)));
      }
      if (name === "sessions") throw new ApiError(400, "This needs a session");
      throw new ApiError(401, "Not authenticated");
    }
    if (session.type === "secure") throw new ApiError(406, "The session is one of TLS only");
    if (module === undefined) {
      const foreign = this.#options.foreign?.(session, method, segments);
      if (foreign !== undefined) return foreign;
      throw new ApiError(404, `There is no module ${JSON.stringify(name.slice(0, 100))} here`);
    }
    return this.#runIn(module, session, { call, method, segments });
  }

  #runIn(
    { entity, find }: ModuleRoutes,
    session: Session,
    { call, method, segments }: { call: ApiCall; method: ApiMethod; segments: string[] },
  ): Outcome | Promise<Outcome> {
    if (entity !== undefined && segments.length > 3) {
      const segment = segments[2]!;
      if (entity.pattern.test(segment) && entity.idOf(segment) === undefined) {
        throw new ApiError(404, "There is no such entity");
      }
    }
    const found = find(method, segments);
    if (found === "method") throw new ApiError(405, "The path does not have this method");
    if (found === "shape") throw new ApiError(400, "The module does not have this path");
    const { route, params } = found;
    const request = requestOf(call, method, params);
    if (route.permission === "none") return answer(route.run(request));
    if (!session.allows(route.permission)) {
      throw new ApiError(403, `Permission ${route.permission} is missing`);
    }
    return answer(route.run(request as ApiRequest));
  }

  #failed(call: ApiCall, error: unknown): Outcome {
    const failure = failureOf(error);
    if (failure !== undefined) return { code: failure.status, error: failure.body };
    const what = error instanceof Error ? error.message : String(error);
    this.#options.complain(`${call.method} ${call.path.slice(0, 200)} failed: ${what}`);
    return { code: 400, error: { message: "The request could not be carried out" } };
  }
}

/** Parts of a path. Empty ones are dropped, nothing is decoded and `?` means nothing (10.2). */
export function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function requestOf(
  { body, session, socket, viaSocket, address }: ApiCall,
  method: ApiMethod,
  params: ReadonlyMap<string, string>,
): OpenRequest {
  return { method, params, body, session, socket, viaSocket, address };
}

function answer(value: unknown): Outcome | Promise<Outcome> {
  if (value instanceof Promise) return value.then(outcomeOf);
  return outcomeOf(value);
}

function outcomeOf(data: unknown): Outcome {
  return data === undefined ? NO_CONTENT : { code: 200, data };
}
