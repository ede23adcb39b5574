/**
 * Lists of values: rows that can be added, moved and removed, or options that can be ticked.
 *
 * @module
 */

import { makeControl } from "./controls.js";
import { button, el, freshId } from "./dom.js";

/**
 * Makes the control of a setting of type list.
 *
 * @param makeField makes the fields of the items of a list of structs
 */
export function listControl(definition, makeField) {
  const { item_type, options = [] } = definition;
  if (item_type === "string" && options.length > 0) return choicesControl(options);
  return rowsControl(definition, makeField);
}

function choicesControl(options) {
  const element = el("div", { class: "choices" });
  const boxes = options.map(({ name }) => {
    const id = freshId();
    const box = el("input", { type: "checkbox", id });
    element.append(el("div", { class: "check" }, box, el("label", { for: id, text: name })));
    return box;
  });
  return {
    element,
    own: true,
    get: () => options.filter((_, at) => boxes[at].checked).map(({ id }) => id),
    set(value) {
      options.forEach(({ id }, at) => boxes[at].checked = (value ?? []).includes(id));
    },
    focus: () => boxes[0].focus(),
  };
}

function rowsControl(definition, makeField) {
  const { title, item_type } = definition;
  const isStruct = item_type === "struct";
  const list = el("ul", { class: isStruct ? "rows structs" : "rows" });
  const add = button("Add", () => {
    const row = append(undefined);
    changed();
    row.focus();
  }, { label: `Add to ${title}` });
  let rows = [];

  const changed = () => {
    rows.forEach((row, at) => row.number(at + 1, rows.length));
    list.hidden = rows.length === 0;
    list.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const append = (value) => {
    const row = isStruct ? structRow(definition, makeField, value) : scalarRow(definition, value);
    const up = button("↑", () => {
      const at = rows.indexOf(row);
      rows.splice(at - 1, 2, row, rows[at - 1]);
      row.element.previousSibling.before(row.element);
      changed();
      (up.hidden ? row : up).focus();
    });
    const remove = button("×", () => {
      const at = rows.indexOf(row);
      rows.splice(at, 1);
      row.element.remove();
      changed();
      (rows[at] ?? rows[at - 1] ?? add).focus();
    });
    const { number } = row;
    row.number = (at, count) => {
      number(at);
      up.hidden = at === 1 || count === 1;
      up.setAttribute("aria-label", `Move entry ${at} of ${title} up`);
      remove.setAttribute("aria-label", `Remove entry ${at} of ${title}`);
    };
    row.tools.append(up, remove);
    rows.push(row);
    list.append(row.element);
    return row;
  };
  return {
    element: el("div", {}, list, add),
    own: true,
    // An empty row is one that nobody has filled.
    get: () => rows.map((row) => row.get()).filter((value) => value !== "" && value !== null),
    set(value) {
      rows = [];
      list.replaceChildren();
      for (const item of value ?? []) append(item);
      changed();
    },
    focus: () => (rows[0] ?? add).focus(),
  };
}

function scalarRow(definition, value) {
  const { title, item_type } = definition;
  const control = makeControl({
    type: item_type,
    definition: { ...definition, optional: false },
    attributes: { "aria-label": title },
  });
  control.set(value);
  const tools = el("div", { class: "tools" });
  return {
    element: el("li", {}, el("div", { class: "grow" }, control.element), tools),
    tools,
    get: control.get,
    focus: control.focus,
    number(at) {
      const named = control.own ? [] : [control.element, ...control.element.children];
      named.find((node) => /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName))
        ?.setAttribute("aria-label", `${title}, entry ${at}`);
    },
  };
}

function structRow({ definitions }, makeField, value) {
  const fields = definitions.map((property) => {
    const given = value !== undefined && Object.hasOwn(value, property.key);
    return makeField(property, given ? value[property.key] : property.default_value);
  });
  const legend = el("legend");
  const tools = el("div", { class: "tools" });
  const body = el("div", { class: "fields" }, ...fields.map(({ element }) => element));
  return {
    element: el("li", {}, el("fieldset", {}, legend, tools, body)),
    tools,
    get: () => Object.fromEntries(fields.map(({ key, get }) => [key, get()])),
    focus: () => fields[0]?.focus(),
    number: (at) => legend.textContent = `Entry ${at}`,
  };
}
