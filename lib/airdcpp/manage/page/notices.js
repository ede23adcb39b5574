/**
 * Messages, and dialogs.
 *
 * @module
 */

import { button, byId, el, freshId } from "./dom.js";

const SHOWN_MS = 6000;
const LONG_SHOWN_MS = 12_000;
const MOST = 4;

/** Says that something went as it should; goes by itself. */
export function say(text) {
  byId("said").textContent = text;
  show(text, { kind: "good", forMs: SHOWN_MS });
}

/**
 * Says that something went wrong; stays until it is dismissed.
 *
 * @param options.elsewhere whether it stands elsewhere too, so that this goes by itself
 */
export function complain(text, { elsewhere = false } = {}) {
  byId("alarm").textContent = text;
  show(text, { kind: "error", forMs: elsewhere ? LONG_SHOWN_MS : undefined });
}

function show(text, { kind, forMs }) {
  const notices = byId("notices");
  const notice = el("div", { class: `notice ${kind}` }, el("p", { text }));
  notice.append(button("×", () => notice.remove(), { label: "Dismiss message", kind: "plain" }));
  notices.append(notice);
  while (notices.children.length > MOST) notices.firstChild.remove();
  if (forMs !== undefined) setTimeout(() => notice.remove(), forMs);
}

/**
 * Opens a dialog. The rest of the page rests meanwhile, its messages too, hence `say` and `complain`
 * of its own.
 *
 * @param options.mayClose asked before the user closes it; default it may
 * @param options.closed called when it has closed
 */
export function openDialog(title, { mayClose = () => true, closed = () => {}, kind = "" } = {}) {
  const titleId = freshId();
  const good = el("p", { class: "said", role: "status" });
  const bad = el("p", { class: "error-text", role: "alert" });
  const body = el("div", { class: "dialog-body" });
  const foot = el("div", { class: "dialog-foot" });
  const leave = async () => await mayClose() && node.close();
  const node = el(
    "dialog",
    { "aria-labelledby": titleId, class: kind },
    el(
      "div",
      { class: "dialog-head" },
      el("h2", { id: titleId, text: title }),
      button("×", leave, { label: "Close", kind: "plain" }),
    ),
    body,
    el("div", { class: "dialog-messages" }, good, bad),
    foot,
  );
  const asked = (event) => {
    event.preventDefault();
    void leave();
  };
  node.addEventListener("cancel", asked);
  // By itself a browser closes it at the second Escape, whatever is answered.
  node.addEventListener("keydown", (event) => event.key === "Escape" && asked(event));
  node.addEventListener("close", () => {
    node.remove();
    closed();
  });
  document.body.append(node);
  node.showModal();
  const set = (text, error) => {
    good.textContent = error ? "" : text;
    bad.textContent = error ? text : "";
  };
  return {
    node,
    body,
    foot,
    say: (text) => set(text, false),
    complain: (text) => set(text, true),
    leave,
    close: () => node.close(),
  };
}

/** Asks a question. @returns whether the answer is yes */
export function confirm(title, text, { yes, no = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog(title, { closed: () => resolve(answer), kind: "small" });
    dialog.body.append(el("p", { text }));
    const cancel = button(no, dialog.close);
    dialog.foot.append(
      cancel,
      button(yes, () => {
        answer = true;
        dialog.close();
      }, { kind: danger ? "danger" : "primary" }),
    );
    cancel.focus();
  });
}
