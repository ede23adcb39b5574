/**
 * Dialogs that show how an extension does: its logs, and what is known of it.
 *
 * @module
 */

import { button, bytes, duration, el, freshId } from "./dom.js";
import { openDialog } from "./notices.js";

const FOLLOW_MS = 2000;
/** What is shown first. */
const USUAL = "output.log";
/** From the end, in pixels, up to which somebody who reads is taken to read the newest. */
const AT_END = 40;

/** Opens the logs of an extension. */
export async function openLogs(api, name) {
  const controller = new AbortController();
  const dialog = openDialog(`Logs of ${name}`, {
    kind: "wide tall",
    closed: () => controller.abort(),
  });
  const selectId = freshId();
  const followId = freshId();
  const select = el("select", { id: selectId, change: () => read(true) });
  const follow = el("input", { type: "checkbox", id: followId, change: () => tick() });
  const text = el("pre", { class: "log", tabindex: "0", "aria-label": "Log" });
  const size = el("p", { class: "hint" });
  dialog.body.append(
    el(
      "div",
      { class: "line wrap" },
      el("label", { for: selectId, text: "File" }),
      select,
      button("Refresh", () => read(true)),
      el("div", { class: "check" }, follow, el("label", { for: followId, text: "Follow" })),
    ),
    text,
    size,
  );
  dialog.foot.append(button("Close", dialog.leave));
  let timer;
  let reading = 0;
  controller.signal.addEventListener("abort", () => clearTimeout(timer));

  async function read(asked) {
    const file = select.value;
    if (file === "") return;
    const turn = ++reading;
    try {
      const log = await api.request("GET", `outrigger/packages/${name}/logs/${file}`);
      if (turn !== reading) return;
      const atEnd = text.scrollHeight - text.scrollTop - text.clientHeight < AT_END;
      const other = text.dataset.file !== file;
      if (text.textContent !== log.text) text.textContent = log.text;
      text.dataset.file = file;
      if (atEnd || other) text.scrollTop = text.scrollHeight;
      size.textContent = log.text === "" ? "The file is empty." : bytes(log.size);
      dialog.say(asked ? `${file} is up to date.` : "");
    } catch (error) {
      if (turn === reading) dialog.complain(error.message);
    }
  }

  async function tick() {
    clearTimeout(timer);
    if (!follow.checked || controller.signal.aborted) return;
    if (!document.hidden) await read(false);
    clearTimeout(timer);
    timer = setTimeout(tick, FOLLOW_MS);
  }

  try {
    const { logs } = await api.request("GET", `extensions/${name}`);
    for (const log of logs) select.append(el("option", { value: log.name, text: log.name }));
    if (logs.some((log) => log.name === USUAL)) select.value = USUAL;
    if (logs.length === 0) dialog.say("There are no logs yet.");
    await read(false);
  } catch (error) {
    dialog.complain(error.message);
  }
}

/** Opens what is known of an extension. */
export async function openDetails(api, name) {
  const dialog = openDialog(name, { kind: "wide" });
  const list = el("dl", { class: "details" });
  dialog.body.append(list);
  dialog.foot.append(button("Close", dialog.leave));
  const add = (title, value) => {
    if (value === undefined || value === null || value === "") return;
    list.append(el("dt", { text: title }), el("dd", { text: value }));
  };
  try {
    const it = await api.request("GET", `outrigger/packages/${name}`);
    const { extension } = it;
    add("Description", extension.description);
    add("Version", extension.version);
    add("Author", extension.author);
    add("State", it.reason ? `${it.state}: ${it.reason}` : it.state);
    add("Process", it.pid);
    add("Runs for", it.uptime_ms === null ? "" : duration(it.uptime_ms));
    add("Restarts", it.restarts);
    add("Last exit", exitText(it.last_exit));
    add("Engines", extension.engines?.join(", "));
    add("Folder", it.folder);
    add("May use", it.granted?.join(", ") || "nothing");
    add("Asks for", asText(it.asks));
  } catch (error) {
    dialog.complain(error.message);
  }
}

function exitText(exit) {
  if (typeof exit !== "object" || exit === null) return exit;
  const how = exit.signal ? `signal ${exit.signal}` : `code ${exit.code ?? "unknown"}`;
  const said = exit.stderr?.at?.(-1);
  return said ? `${how}: ${said}` : how;
}

function asText(value) {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value).map(([name, part]) => `${name}: ${asText(part)}`).join("; ");
}
