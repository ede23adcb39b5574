/**
 * The host's messages to its user (contracts: AirDC++ 12.6).
 *
 * @module
 */

/** Severities that are kept. */
export const KEPT_SEVERITIES = ["verbose", "info", "warning", "error"] as const;

/** How grave a message is; `notify` is told and not kept. */
export type Severity = "notify" | typeof KEPT_SEVERITIES[number];

/** `MESSAGE` on the wire. */
export interface EventMessage {
  id: number;
  text: string;
  /** Unix seconds. */
  time: number;
  severity: Severity;
  /** Who says it. */
  label: string;
  is_read: boolean;
  highlights: [];
  type: "system";
}

/** `COUNTS` on the wire. */
export interface EventCounts {
  total: number;
  unread: Record<typeof KEPT_SEVERITIES[number], number>;
}

/** Told of changes, after the fact. */
export interface EventLogObserver {
  message?(message: EventMessage): void;
  counts?(counts: EventCounts): void;
}

const MOST = 100;
const LONGEST_TEXT = 32_768;
const LONGEST_LABEL = 256;

/** Whether a value is a severity. */
export function isSeverity(value: unknown): value is Severity {
  return value === "notify" || (KEPT_SEVERITIES as readonly unknown[]).includes(value);
}

/** The last 100 messages, in memory. */
export class EventLog {
  readonly #messages: EventMessage[] = [];
  readonly #observers = new Set<EventLogObserver>();
  readonly #now: () => number;
  #lastId = 0;

  /** @param options.now milliseconds since the epoch. Default `Date.now` */
  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
  }

  /** Adds somebody who is told of changes. */
  observe(observer: EventLogObserver): void {
    this.#observers.add(observer);
  }

  /**
   * Adds a message and tells everybody. A text above 32,768 characters is cut.
   *
   * @param label who says it; an extension's name
   */
  add(text: string, { severity, label }: { severity: Severity; label: string }): void {
    const message: EventMessage = {
      id: ++this.#lastId,
      text: text.slice(0, LONGEST_TEXT),
      time: Math.floor(this.#now() / 1000),
      severity,
      label: label.slice(0, LONGEST_LABEL),
      is_read: false,
      highlights: [],
      type: "system",
    };
    if (severity !== "notify") {
      this.#messages.push(message);
      if (this.#messages.length > MOST) this.#messages.shift();
    }
    for (const observer of this.#observers) observer.message?.(message);
    if (severity !== "notify") this.#tellCounts();
  }

  /** The newest messages, oldest first. @param max 0: all */
  newest(max: number): EventMessage[] {
    return max === 0 ? [...this.#messages] : this.#messages.slice(-max);
  }

  /** How many there are. */
  get counts(): EventCounts {
    const unread = { verbose: 0, info: 0, warning: 0, error: 0 };
    for (const { is_read, severity } of this.#messages) {
      if (!is_read && severity !== "notify") unread[severity]++;
    }
    return { total: this.#messages.length, unread };
  }

  /** Marks all as read. */
  read(): void {
    for (const message of this.#messages) message.is_read = true;
    this.#tellCounts();
  }

  /** Removes all. */
  clear(): void {
    this.#messages.length = 0;
    this.#tellCounts();
  }

  #tellCounts(): void {
    const { counts } = this;
    for (const observer of this.#observers) observer.counts?.(counts);
  }
}
