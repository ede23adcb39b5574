/**
 * Telling what happens to extensions (contracts: AirDC++ 13.1).
 *
 * @module
 */

import type { ExtensionDescription, PackagedExtension } from "./packaged_extension.ts";

/**
 * Sends an event of module `extensions`; `id` names the extension of an entity event.
 *
 * @param hidden what those get whom its settings do not belong to; absent where all get the same
 */
export type Publish = (event: string, data: unknown, id?: string, hidden?: unknown) => void;

/** Publishes one event after the other, also where data have to be looked up first. */
export class ExtensionEvents {
  readonly #publish: Publish;
  #last: Promise<void> = Promise.resolve();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  /** Settles when everything so far is published. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** An event with data that are known, as {@linkcode Publish} takes them. */
  publish(...event: Parameters<Publish>): Promise<void> {
    return this.#last = this.#last.then(() => this.#publish(...event));
  }

  /** An event whose data are the whole extension as it is now. */
  whole(event: string, extension: PackagedExtension): Promise<void> {
    // Only the sizes of its logs are looked up later.
    const now = extension.describe();
    const ofEntity = event !== "extension_added" && event !== "extension_removed";
    return this.#last = this.#last.then(async () => {
      const data = withLogs(now, await extension.logs());
      this.#publish(event, data, ofEntity ? extension.name : undefined);
    });
  }
}

/** What an extension tells of itself, with its logs. */
export async function describeExtension(
  extension: PackagedExtension,
): Promise<ExtensionDescription> {
  return withLogs(extension.describe(), await extension.logs());
}

/** In the order of the contract. */
function withLogs(
  description: Omit<ExtensionDescription, "logs">,
  logs: ExtensionDescription["logs"],
): ExtensionDescription {
  const { engines, managed, has_settings, ...rest } = description;
  return { ...rest, logs, engines, managed, has_settings };
}
