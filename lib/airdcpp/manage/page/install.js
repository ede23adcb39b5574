/**
 * Installing: the forms, and how far each installation is.
 *
 * @module
 */

import { button, byId, bytes, el } from "./dom.js";
import { complain, say } from "./notices.js";

const ENDED = ["Done", "Failed", "Cancelled", "Unknown"];

/** The installations that were begun here, or that the host tells of. */
export class Installations {
  #api;
  /** By install_id. */
  #jobs = new Map();

  constructor(api) {
    this.#api = api;
    byId("install-file").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#file(byId("file"), byId("file-error"));
    });
    byId("install-name").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#source(byId("source"), byId("source-error"));
    });
  }

  /** Installs from the registry or an address. */
  async begin(source, title) {
    const job = this.#add(title);
    await this.#ask(job, source);
  }

  /** Takes an event `extension_installation_*`. */
  event(kind, { install_id: id, received, total, error, message }) {
    let job = this.#jobs.get(id);
    if (kind === "started") job ??= this.#add(id);
    if (job === undefined) return;
    if (kind === "started") job.show("Installing…");
    if (kind === "progress") {
      const of = total === null ? "" : ` of ${bytes(total)}`;
      job.show(
        `Downloading: ${bytes(received)}${of}`,
        total === null ? undefined : received / total,
      );
    }
    if (kind === "succeeded") {
      job.end("Done", "Installed");
      say(`${job.title} is installed.`);
    }
    if (kind === "failed") this.#failed(job, error ?? message);
  }

  /** The connection was lost and is there again: nobody knows what has happened meanwhile. */
  reconnected() {
    for (const job of this.#jobs.values()) {
      if (job.asked) job.end("Unknown", "The connection was lost meanwhile; see the list");
    }
  }

  #file(input, problem) {
    problem.textContent = "";
    const [file] = input.files;
    if (file === undefined) {
      problem.textContent = "Choose a file first.";
      return input.focus();
    }
    input.value = "";
    const job = this.#add(file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/temp");
    request.setRequestHeader("authorization", this.#api.authorization);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      job.show(`Sending: ${bytes(loaded)} of ${bytes(total)}`, total > 0 ? loaded / total : 0);
    });
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status !== 201) {
        return this.#failed(job, response?.message ?? `the host answered ${status}`);
      }
      job.show("Installing…");
      void this.#ask(job, { upload: request.getResponseHeader("location") });
    });
    request.addEventListener("error", () => this.#failed(job, "the transfer broke off"));
    request.addEventListener("abort", () => job.end("Cancelled", "Cancelled"));
    job.cancel = () => request.abort();
    job.show(`Sending: 0 of ${bytes(file.size)}`, 0);
    request.send(file);
  }

  async #source(input, problem) {
    problem.textContent = "";
    const text = input.value.trim();
    if (text === "") {
      problem.textContent = "Enter a name or an address first.";
      return input.focus();
    }
    const isUrl = /^https?:\/\//i.test(text);
    // Names of packages hold no @ but in front; behind a later one stands the version.
    const at = text.indexOf("@", 1);
    const named = at < 0
      ? { name: text }
      : { name: text.slice(0, at), version: text.slice(at + 1) };
    input.value = "";
    await this.begin(isUrl ? { url: text } : named, text);
  }

  async #ask(job, source) {
    job.cancel = undefined;
    job.asked = true;
    job.show("Installing…");
    try {
      await this.#api.request("POST", "outrigger/packages/install", {
        ...source,
        install_id: job.id,
      });
    } catch (error) {
      // Code 0: the connection was lost, and with it the answer.
      if (error.code !== 0 || this.#api.state === "open") this.#failed(job, error.message);
    }
  }

  #failed(job, reason) {
    if (job.ended) return;
    job.end("Failed", `Failed: ${reason}`);
    complain(`${job.title} could not be installed: ${reason}`, { elsewhere: true });
  }

  #add(title) {
    let id = title;
    for (let n = 2; this.#jobs.has(id) && !this.#jobs.get(id).ended; n++) id = `${title} (${n})`;
    this.#jobs.get(id)?.remove();
    const job = new Job(id, title, () => this.#jobs.delete(id));
    this.#jobs.set(id, job);
    byId("jobs").prepend(job.element);
    return job;
  }
}

class Job {
  element;
  ended = false;
  /** Whether the host has been asked to install it. */
  asked = false;
  /** Gives it up, while that is possible. */
  cancel;
  #bar;
  #text = el("span", { class: "hint" });
  #button;
  #removed;

  constructor(id, title, removed) {
    this.id = id;
    this.title = title;
    this.#removed = removed;
    this.#bar = el("progress", { max: "1", "aria-label": `Installation of ${title}` });
    this.#button = button("Cancel", () => this.ended ? this.remove() : this.cancel?.(), {
      label: `Cancel installation of ${title}`,
    });
    this.element = el(
      "li",
      { "data-job": id, "data-state": "Running" },
      el("span", { class: "job-title", text: title }),
      this.#bar,
      this.#text,
      this.#button,
    );
  }

  /** @param part from 0 to 1; unknown when absent */
  show(text, part) {
    if (this.ended) return;
    this.#text.textContent = text;
    if (part === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = part;
    this.#button.hidden = this.cancel === undefined;
  }

  end(state, text) {
    if (this.ended) return;
    this.ended = true;
    this.asked = false;
    this.element.dataset.state = ENDED.includes(state) ? state : "Failed";
    this.#text.textContent = text;
    this.#bar.hidden = true;
    this.#button.hidden = false;
    this.#button.textContent = "×";
    this.#button.setAttribute("aria-label", `Dismiss installation of ${this.title}`);
    this.#button.classList.add("plain");
  }

  remove() {
    this.element.remove();
    this.#removed();
  }
}
