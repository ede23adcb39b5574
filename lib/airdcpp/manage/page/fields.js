/**
 * Fields of a form, made from definitions (contracts: AirDC++ 8.2, 8.3).
 *
 * @module
 */

import { makeControl, TYPE_HINTS } from "./controls.js";
import { button, el, freshId } from "./dom.js";
import { listControl } from "./lists.js";

const GREATEST = 2147483647;

/**
 * Makes the field of a setting.
 *
 * `get` and `set` handle its value; `changed` tells whether it differs from what was last set;
 * `complain` shows what is wrong with it, or nothing.
 */
export function makeField(definition, value) {
  const { key, title, type, help, optional } = definition;
  const id = freshId();
  const helpId = `${id}-help`;
  const errorId = `${id}-error`;
  const attributes = { id, "aria-describedby": `${helpId} ${errorId}`, "data-key": key };
  const control = type === "list"
    ? listControl(definition, makeField)
    : makeControl({ type, definition, attributes });
  const hints = [help, TYPE_HINTS.get(type), rangeOf(definition)].filter(Boolean);
  const mark = optional ? el("span", { class: "hint", text: " optional" }) : undefined;
  const error = el("p", { id: errorId, class: "error-text" });
  const below = [
    el("p", { id: helpId, class: "hint", text: hints.join(". "), hidden: hints.length === 0 }),
    error,
  ];
  const reset = button("Use default", () => {
    control.set(definition.default_value);
    element.dispatchEvent(new Event("input", { bubbles: true }));
    control.focus();
  }, { label: `Use default for ${title}`, kind: "plain reset" });
  const named = { class: `field type-${type}`, "data-field": key };
  let element;
  if (control.own) {
    named["aria-describedby"] = attributes["aria-describedby"];
    const legend = el("legend", { text: title }, mark);
    element = el("fieldset", named, legend, control.element, ...below, reset);
  } else {
    const label = el("label", { for: id, text: title }, mark);
    const parts = type === "boolean"
      ? [el("div", { class: "check" }, control.element, label)]
      : [label, control.element];
    element = el("div", named, ...parts, ...below, reset);
  }
  // Compared as the control gives it, which may be in another form than what came.
  control.set(definition.default_value);
  const standard = JSON.stringify(control.get());
  control.set(value);
  let before = JSON.stringify(control.get());
  const look = () => {
    reset.hidden = type === "password" || JSON.stringify(control.get()) === standard;
  };
  element.addEventListener("input", look);
  look();
  return {
    key,
    element,
    get: control.get,
    focus: control.focus,
    changed: () => JSON.stringify(control.get()) !== before,
    set(next) {
      control.set(next);
      before = JSON.stringify(control.get());
      look();
    },
    complain(text) {
      error.textContent = text;
      element.classList.toggle("wrong", text !== "");
      const input = element.querySelector("input, textarea, select");
      if (text === "") input?.removeAttribute("aria-invalid");
      else input?.setAttribute("aria-invalid", "true");
    },
  };
}

function rangeOf({ type, min, max = GREATEST, options = [] }) {
  if (type !== "number" || options.length > 0) return undefined;
  return max === GREATEST ? `At least ${min ?? 0}` : `From ${min ?? 0} to ${max}`;
}
