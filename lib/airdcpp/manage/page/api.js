/**
 * The API of the host over one WebSocket, which is made anew when it drops.
 *
 * @module
 */

const EVENTS = [
  "extension_added",
  "extension_removed",
  "extension_installation_started",
  "extension_installation_progress",
  "extension_installation_succeeded",
  "extension_installation_failed",
  "extension_started",
  "extension_stopped",
  "extension_updated",
  "extension_settings_updated",
  "extension_package_updated",
];
const ANSWER_MS = 60_000;
const OPEN_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A connection that is cut without a word is noticed by this. */
const SIGN_OF_LIFE_MS = 25_000;
/** Another window has taken the session over. */
const TAKEN = 1008;

/** What the host answers when it does not do something. */
export class ApiFailure extends Error {
  constructor(code, { message, field, code: problem } = {}) {
    super(message ?? `The host answered ${code}`);
    this.code = code;
    this.field = field;
    this.problem = problem;
  }
}

/** The connection. Its states: connecting, open, lost, taken, ended. */
export class Api {
  state = "connecting";
  #token;
  #on;
  #socket;
  #nextId = 1;
  #pending = new Map();
  #failures = 0;
  #timer;

  /**
   * @param token of the session
   * @param on.state called with the state when it changes
   * @param on.event called with the name, data and id of each event
   */
  constructor(token, on) {
    this.#token = token;
    this.#on = on;
    addEventListener("online", () => this.state === "lost" && this.connect());
  }

  /** For requests beside the socket. */
  get authorization() {
    return `Bearer ${this.#token}`;
  }

  /** Connects, also before it would do so by itself. */
  connect() {
    if (this.#socket !== undefined) return;
    clearTimeout(this.#timer);
    this.#enter("connecting");
    const url = new URL("/api/v1/", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = this.#socket = new WebSocket(url);
    this.#timer = setTimeout(() => this.#drop(socket), OPEN_MS);
    socket.addEventListener("open", () => this.#authenticate(socket));
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code }) => this.#drop(socket, code));
  }

  /**
   * Asks the host for something.
   *
   * @returns the data of its answer
   * @throws {ApiFailure} it says no, or there is no connection (code 0)
   */
  request(method, path, data) {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        return reject(new ApiFailure(0, { message: "There is no connection to the host" }));
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new ApiFailure(0, { message: "The host did not answer in time" }));
      }, ANSWER_MS);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ method, path, data, callback_id: id }));
    });
  }

  async #authenticate(socket) {
    try {
      await this.request("POST", "sessions/socket", { auth_token: this.#token });
      await Promise.all(
        EVENTS.map((event) =>
          this.request("POST", `extensions/listeners/${event}`).catch((error) => {
            // An older host knows fewer events.
            if (error.code !== 404) throw error;
          })
        ),
      );
    } catch (error) {
      const ended = error.code === 400 || error.code === 401;
      if (ended) this.#enter("ended");
      return this.#drop(socket);
    }
    if (socket !== this.#socket) return;
    this.#failures = 0;
    clearTimeout(this.#timer);
    this.#enter("open");
    this.#watch(socket);
  }

  #watch(socket) {
    this.#timer = setTimeout(async () => {
      try {
        await this.request("POST", "sessions/activity");
      } catch (error) {
        if (error.code === 0) this.#drop(socket);
      }
      if (socket === this.#socket) this.#watch(socket);
    }, SIGN_OF_LIFE_MS);
  }

  #receive(text) {
    const frame = JSON.parse(text);
    const waiting = this.#pending.get(frame.callback_id);
    if (waiting === undefined) {
      if (frame.event !== undefined) this.#on.event(frame.event, frame.data, frame.id);
      return;
    }
    this.#pending.delete(frame.callback_id);
    clearTimeout(waiting.timer);
    if (frame.code < 300) waiting.resolve(frame.data);
    else waiting.reject(new ApiFailure(frame.code, frame.error));
  }

  /** The connection is no more. @param code with which the host closed it, if it did */
  #drop(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    clearTimeout(this.#timer);
    socket.close();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new ApiFailure(0, { message: "The connection to the host was lost" }));
    }
    this.#pending.clear();
    if (this.state === "ended") return;
    if (code === TAKEN && this.state === "open") return this.#enter("taken");
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#enter("lost");
    this.#timer = setTimeout(() => this.connect(), pause);
  }

  #enter(state) {
    if (this.state === state) return;
    this.state = state;
    this.#on.state(state);
  }
}
