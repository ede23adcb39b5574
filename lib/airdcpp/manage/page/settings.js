/**
 * The settings of an extension, in a form made from their definitions.
 *
 * @module
 */

import { button, el, freshId, isBusy, setBusy } from "./dom.js";
import { makeField } from "./fields.js";
import { confirm, openDialog } from "./notices.js";

/** Opens the dialog. @returns what is to be told of events: `changed(keys)` and `available(is)` */
export function openSettings(api, name, closed) {
  const path = `extensions/${name}/settings`;
  let fields = [];
  let defined = "";
  const dialog = openDialog(`Settings of ${name}`, { mayClose, closed, kind: "wide" });
  const form = el("form", { id: freshId(), class: "fields", novalidate: true, submit });
  const save = el("button", { type: "submit", form: form.id, class: "primary", text: "Save" });
  dialog.body.append(form);
  dialog.foot.append(button("Close", dialog.leave), save);
  form.addEventListener("input", () => {
    dialog.say("");
    look();
  });
  void load();

  const changes = () => fields.filter((field) => field.changed());

  function look() {
    setBusy(save, changes().length === 0);
  }

  async function mayClose() {
    if (changes().length === 0) return true;
    const text = "What you have changed is not saved.";
    return await confirm("Discard changes?", text, { yes: "Discard", no: "Keep editing" });
  }

  async function load() {
    try {
      const [definitions, values] = await Promise.all([
        api.request("GET", `${path}/definitions`),
        api.request("GET", path),
      ]);
      const text = JSON.stringify(definitions);
      if (text !== defined) {
        defined = text;
        fields = definitions.map((one) => makeField(one, valueOf(values, one)));
        form.replaceChildren(...fields.map(({ element }) => element));
      } else {
        show(fields, values);
      }
      dialog.say(fields.length === 0 ? "There are no settings." : "");
      look();
    } catch (error) {
      dialog.complain(error.message);
    }
  }

  /** Shows other values; what is being edited here stays. */
  function show(concerned, values) {
    for (const field of concerned) {
      if (!Object.hasOwn(values, field.key) || field.changed()) continue;
      const value = values[field.key];
      // Whoever is in a list that stays as it is keeps the place there.
      if (JSON.stringify(field.get()) !== JSON.stringify(value)) field.set(value);
    }
  }

  async function submit(event) {
    event.preventDefault();
    if (isBusy(save)) return;
    const sent = changes().map((field) => ({ field, value: field.get() }));
    for (const field of fields) field.complain("");
    setBusy(save, true);
    dialog.say("Saving…");
    try {
      const patch = Object.fromEntries(sent.map(({ field, value }) => [field.key, value]));
      await api.request("PATCH", path, patch);
      const values = await api.request("GET", path);
      for (const { field, value } of sent) {
        const edited = JSON.stringify(field.get()) !== JSON.stringify(value);
        if (!edited && Object.hasOwn(values, field.key)) field.set(values[field.key]);
      }
      dialog.say("Saved.");
    } catch (error) {
      refused(error, sent);
    }
    look();
  }

  /** Shows an error where it belongs: at the setting, or the one that has the property it names. */
  function refused({ message, field: key }, sent) {
    const own = sent.find(({ field }) => field.key === key);
    const found = own ?? sent.find(({ field }) => hasProperty(field.key, key));
    if (found === undefined) return dialog.complain(message);
    dialog.complain("Not saved: see the marked setting.");
    found.field.complain(message);
    found.field.focus();
  }

  function hasProperty(key, property) {
    const definition = JSON.parse(defined).find((one) => one.key === key);
    return definition?.definitions?.some((one) => one.key === property) ?? false;
  }

  return {
    name,
    /** Somebody has changed settings. */
    async changed(keys) {
      const concerned = fields.filter((field) => keys.includes(field.key));
      if (concerned.every((field) => field.changed())) return;
      show(concerned, await api.request("GET", path).catch(() => ({})));
      look();
    },
    /** The extension has defined its settings, or has stopped and has none. */
    available(is) {
      if (is) return void load();
      dialog.complain("The extension has stopped. Its settings are there while it runs.");
      setBusy(save, true);
    },
  };
}

function valueOf(values, { key, default_value }) {
  return Object.hasOwn(values, key) ? values[key] : default_value;
}
