/**
 * How the app comes before the user's eyes, and when that is over (contracts: Neutralino 7).
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { Hub } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import type { Masker } from "../process/mask.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { type AppWindow, type BrowserExit, launchBrowser } from "./app_window.ts";
import { findBrowser } from "./browsers.ts";
import { EARLY_EXIT_MS, HANDOVER_MS } from "./early_exit.ts";
import { IdleExit } from "./idle_exit.ts";
import { openUrl } from "./open_url.ts";

/** Time for extensions and backends to answer `windowClose` with an end of their own. */
const CLOSED_MS = 1000;

/** What a presentation needs of its host. */
export interface PresentationOptions {
  settings: Settings;
  hub: Hub;
  log: Log;
  masker: Masker;
  watchdog: Watchdog;
  /** Folders for the browser's profile; the first one that can be written to is taken. */
  profilePlaces(): Promise<[string, ...string[]]>;
  /** Ends the host in good order. */
  exit(code: number): void;
}

/** One app's presentation in the mode that its configuration names: any but `cloud`. */
export class Presentation {
  readonly #options: PresentationOptions;
  readonly #binary: string | undefined;
  readonly #idle: IdleExit | undefined;
  #window: AppWindow | undefined;
  #pageSeen = false;
  #ended = false;
  #windowGone = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @throws {StartError} when the mode needs a browser and there is none */
  constructor(options: PresentationOptions) {
    this.#options = options;
    const { settings: { mode, browser }, hub } = options;
    if (mode === "window" || mode === "chrome") {
      const configured = browser.browserBinary;
      this.#binary = findBrowser({ mode, ...(configured === undefined ? {} : { configured }) });
    }
    if (mode === "browser" || mode === "chrome") {
      this.#idle = new IdleExit({
        onIdle: () => {
          options.log.info("The last page has been gone for 10 s: the host ends");
          options.exit(0);
        },
      });
    }
    hub.observe({
      joined: ({ extensionId, isPage = false }) => {
        if (extensionId !== undefined) return;
        this.#pageSeen ||= isPage;
        this.#idle?.connected(isPage);
      },
      left: ({ extensionId }) => {
        if (extensionId !== undefined) return;
        this.#idle?.disconnected();
        if (this.#windowGone) this.#endUnattended();
      },
    });
  }

  /**
   * Shows the app.
   *
   * @param url where it is (section 2.2)
   * @throws {StartError} when the browser cannot be started
   */
  async show(url: string): Promise<void> {
    const { settings, log, masker, watchdog, profilePlaces } = this.#options;
    if (settings.mode === "browser") {
      void openUrl(url, { log });
    } else if (this.#binary !== undefined) {
      const { browser, window } = settings;
      const mode = settings.mode === "chrome" ? "chrome" : "window";
      const started = performance.now();
      this.#window = await launchBrowser(this.#binary, {
        plan: { mode, url, profilePlaces: await profilePlaces(), browser, window },
        log,
        masker,
        watchdog,
      });
      void this.#window.exited.then((exit) => this.#browserEnded(exit, started));
    }
  }

  /** Closes what was opened. */
  async close(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#idle?.cancel();
    await this.#window?.close();
  }

  #browserEnded(exit: BrowserExit, started: number): void {
    if (this.#ended) return;
    const ranMs = performance.now() - started;
    const early = ranMs < EARLY_EXIT_MS && !this.#pageSeen;
    if (early && exit.code !== 0) return this.#fail(exit);
    // Later it was closed: a page need not connect.
    if (early && ranMs < HANDOVER_MS) {
      // It may have handed the page to a browser that was running already.
      this.#timer = setTimeout(() => this.#pageSeen || this.#fail(exit), EARLY_EXIT_MS);
      return;
    }
    if (this.#options.settings.mode === "window") this.#windowClosed();
  }

  #windowClosed(): void {
    const { settings, hub, log, exit } = this.#options;
    const { exitProcessOnClose } = settings.window;
    if (exitProcessOnClose || !settings.enableServer || !settings.enableNativeAPI) {
      log.info("The window was closed: the host ends");
      return exit(0);
    }
    hub.broadcast("windowClose", null, "all");
    this.#windowGone = true;
    this.#endUnattended();
  }

  /**
   * In the reference the page hears `windowClose` and calls `app.exit`. Here it is gone with its
   * window, so the host ends by itself when nobody is left who could decide: a backend could.
   */
  #endUnattended(): void {
    if (this.#ended) return;
    const { hub, log, exit } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (hub.appCount > 0) return;
      log.info("The window was closed, and no backend is connected: the host ends");
      exit(0);
    }, CLOSED_MS);
  }

  #fail(exit: BrowserExit): void {
    this.#options.log.error(this.#window!.describeEarlyExit(exit));
    this.#options.exit(1);
  }
}
