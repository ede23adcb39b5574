/**
 * What single values are entered with. A control has an `element`, `get`, `set` and `focus`; `own` tells
 * that it brings the names of its parts itself, so that no label can point at it.
 *
 * @module
 */

import { button, el, freshId } from "./dom.js";

/** Attributes of text inputs by type. */
const INPUTS = new Map([
  ["string", { type: "text" }],
  ["email", { type: "email", autocomplete: "off" }],
  ["url", { type: "url", placeholder: "https://…" }],
  ["hub_url", { type: "text", inputmode: "url", placeholder: "adcs://…", class: "code" }],
  ["file_path", { type: "text", class: "code" }],
  ["existing_file_path", { type: "text", class: "code" }],
  ["directory_path", { type: "text", class: "code" }],
]);

/** What a field says of its type. */
export const TYPE_HINTS = new Map([
  ["file_path", "Path of a file on the machine of the host"],
  ["existing_file_path", "Path of a file that exists on the machine of the host"],
  ["directory_path", "Path of a folder on the machine of the host"],
  ["email", "E-mail address"],
  ["hub_url", "Address of a hub"],
]);

/**
 * Makes the control of a setting, or of one item of a list.
 *
 * @param type that of the value
 * @param attributes for the element that takes the focus
 */
export function makeControl({ type, definition, attributes }) {
  const { options = [], optional = false, min, max } = definition;
  if (options.length > 0 && (type === "string" || type === "number")) {
    return selectControl(options, attributes);
  }
  switch (type) {
    case "boolean":
      return checkboxControl(attributes);
    case "number":
      return numberControl({ min, max, ...attributes });
    case "text":
      return textControl(el("textarea", { rows: 4, ...attributes }));
    case "password":
      return passwordControl(optional, attributes);
    case "hinted_user":
      return userControl(attributes);
    default: {
      const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
      const own = INPUTS.get(type) ?? INPUTS.get("string");
      return textControl(
        el("input", { ...(type === "string" ? {} : plain), ...own, ...attributes }),
      );
    }
  }
}

function textControl(element) {
  return {
    element,
    get: () => element.value,
    set: (value) => element.value = value ?? "",
    focus: () => element.focus(),
  };
}

function checkboxControl(attributes) {
  const element = el("input", { type: "checkbox", ...attributes });
  return {
    element,
    get: () => element.checked,
    set: (value) => element.checked = value === true,
    focus: () => element.focus(),
  };
}

function numberControl(attributes) {
  const element = el("input", { type: "number", step: 1, inputmode: "numeric", ...attributes });
  return {
    element,
    get: () => element.value === "" ? null : Number(element.value),
    set: (value) => element.value = value ?? "",
    focus: () => element.focus(),
  };
}

function selectControl(options, attributes) {
  const element = el("select", attributes);
  options.forEach(({ name }, at) => element.append(el("option", { value: at, text: name })));
  let other;
  return {
    element,
    get: () => element.value === "" ? other : options[element.value].id,
    set(value) {
      element.querySelector('option[value=""]')?.remove();
      const at = options.findIndex(({ id }) => id === value);
      if (at < 0) {
        // What is there is none of the options; it stays until another one is chosen.
        other = value;
        element.prepend(el("option", { value: "", text: value ? String(value) : "—" }));
      }
      element.value = at < 0 ? "" : String(at);
    },
    focus: () => element.focus(),
  };
}

/** What is set is never shown and, left alone, never sent. */
function passwordControl(optional, attributes) {
  const input = el("input", { type: "password", autocomplete: "new-password", ...attributes });
  let held = "";
  let cleared = false;
  const show = button("Show", () => reveal(input.type === "password"), { label: "Show password" });
  const clear = button("Clear", () => {
    input.value = "";
    cleared = true;
    describe();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  }, { label: "Clear password" });
  const reveal = (visible) => {
    input.type = visible ? "text" : "password";
    show.textContent = visible ? "Hide" : "Show";
    show.setAttribute("aria-label", visible ? "Hide password" : "Show password");
  };
  const describe = () => {
    input.placeholder = cleared ? "Will be cleared" : held === "" ? "Not set" : "Unchanged";
    clear.hidden = !optional || held === "" || cleared;
  };
  return {
    element: el("div", { class: "line" }, input, show, clear),
    get: () => input.value !== "" ? input.value : cleared ? "" : held,
    set(value) {
      held = value ?? "";
      cleared = false;
      input.value = "";
      reveal(false);
      describe();
    },
    focus: () => input.focus(),
  };
}

function userControl({ "aria-label": name, ...attributes }) {
  const parts = [["cid", "Client id"], ["hub_url", "Address of the hub"], ["nicks", "Nick names"]];
  const inputs = new Map();
  const element = el("div", { class: "parts" });
  for (const [key, title] of parts) {
    const id = freshId();
    const input = el("input", {
      ...attributes,
      id,
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": name && `${name}: ${title}`,
    });
    inputs.set(key, input);
    element.append(el("div", {}, el("label", { for: id, text: title }), input));
  }
  return {
    element,
    own: true,
    get() {
      const user = Object.fromEntries([...inputs].map(([key, input]) => [key, input.value]));
      return Object.values(user).every((part) => part === "") ? null : user;
    },
    set(value) {
      for (const [key, input] of inputs) input.value = value?.[key] ?? "";
    },
    focus: () => inputs.get("cid").focus(),
  };
}
