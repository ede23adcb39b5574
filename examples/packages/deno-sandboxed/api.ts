/** The API of the host, by its WebSocket. */
export class Api {
  /** Told of events that were listened for. */
  onEvent: (event: string, data: unknown) => void = () => {};
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    // Without the host there is nothing to do.
    socket.onclose = () => Deno.exit(1);
  }

  /** @param url `host:port/api/v1/` */
  static async connect(url: string, token: string): Promise<Api> {
    const socket = new WebSocket(`ws://${url}`);
    const api = new Api(socket);
    await new Promise((resolve) => socket.onopen = resolve);
    await api.request("POST", "sessions/socket", { auth_token: token });
    return api;
  }

  /** Asks for something; the answer bears the same number. */
  request(method: string, path: string, data?: unknown): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    const callback_id = ++this.#lastId;
    this.#waiting.set(callback_id, answer);
    this.#socket.send(JSON.stringify({ method, path, data, callback_id }));
    return answer.promise;
  }

  #receive({ callback_id, code, data, error, event }: Message): void {
    const answer = callback_id === undefined ? undefined : this.#waiting.get(callback_id);
    if (answer === undefined) {
      if (event !== undefined) this.onEvent(event, data);
      return;
    }
    this.#waiting.delete(callback_id!);
    if (code! < 300) answer.resolve(data);
    else answer.reject(new Error(`${code}: ${error?.message}`));
  }
}

interface Message {
  callback_id?: number;
  code?: number;
  data?: unknown;
  error?: { message: string };
  event?: string;
}
