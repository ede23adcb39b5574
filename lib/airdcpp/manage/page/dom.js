/**
 * Elements. Whatever comes from the host goes into text and attributes, never into markup.
 *
 * @module
 */

let lastId = 0;

/** An id that no other element has. */
export function freshId() {
  return `id-${++lastId}`;
}

/**
 * Makes an element.
 *
 * @param props attributes; functions become listeners, `text` the content, and what is undefined,
 * null or false is left out
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** A button. @param label what is read out, where its text is a sign only */
export function button(text, click, { label, kind, title } = {}) {
  const pressed = (event) => {
    // Not every browser does so; the focus comes back to it when a dialog closes.
    node.focus();
    click(event);
  };
  const node = el("button", { type: "button", class: kind, "aria-label": label, title }, text);
  node.addEventListener("click", pressed);
  return node;
}

/** An element of the page as it was sent. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Marks a button as unusable for now. Not by `disabled`: whoever has just pressed it would lose the
 * focus. Listeners ask {@linkcode isBusy}.
 */
export function setBusy(node, busy) {
  if (busy) node.setAttribute("aria-disabled", "true");
  else node.removeAttribute("aria-disabled");
}

/** Whether a button is unusable for now. */
export function isBusy(node) {
  return node.getAttribute("aria-disabled") === "true";
}

/** A size for people. */
export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  const units = ["kB", "MB", "GB"];
  let value = count / 1000;
  while (value >= 1000 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[0]}`;
}

/** A duration for people. */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
