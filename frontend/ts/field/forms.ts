// SPDX-License-Identifier: Apache-2.0
// A form drawn from the JSON Schema of an action. What is typed is kept on the phone from the first character.
import { read as readTaken, shrink } from "../phone/photos";
import { button, h, type Child } from "./dom";
import type { Category, Draft, Kit, Schema } from "./model";
import { change, get, keepPhoto, openPhoto, type Photo } from "./store";
import { failed } from "./ui";
import { named, say } from "./words";

type Fault = { id: string; words: string };
type Control = { element: HTMLElement; read: () => unknown; faults: () => Fault[] };
type Making = { key: string; schema: Schema; required: boolean; value: unknown; kit: Kit; draft: Draft; touched: () => void };

export type Form = {
  element: HTMLElement;
  draft: Draft;
  faults: () => Fault[];
  data: () => Record<string, unknown>;
  show: (faults: readonly Fault[]) => void;
};

const LATER = 400;
const SHOWN = 8;
const ALWAYS = ["words", "address", "point", "category", "condition", "answer"];
// The moment of the act says when it was seen; how the matter came is told by the app.
const NEVER = ["seen_at", "kind"];

export async function draftOf(id: string): Promise<Draft> {
  return (await get<Draft>(`draft/${id}`)) ?? { id, data: {}, photos: [], at: Date.now() };
}

async function keep(draft: Draft): Promise<void> {
  await change({ put: { [`draft/${draft.id}`]: draft } });
}

export function formOf(schema: Schema, kit: Kit, draft: Draft, most: number): Form {
  let timer = 0;
  const touched = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      draft.data = data();
      keep(draft).catch(failed);
    }, LATER);
  };
  const required = schema.required ?? [];
  const controls = new Map<string, Control>();
  const shown: Child[] = [];
  const more: Child[] = [];
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const wanted = required.includes(key);
    if ((!wanted && NEVER.includes(key)) || ["organisations", "cases"].includes(field["x-from"] ?? "")) {
      continue;
    }
    const making = { key, schema: field, required: wanted, value: draft.data[key], kit, draft, touched };
    const control = make(making);
    if (control) {
      controls.set(key, control);
      (wanted || ALWAYS.includes(key) ? shown : more).push(control.element);
    }
  }
  if (schema["x-files"]) {
    shown.push(photosOf(draft, most));
  }
  // Only a category has conditions, and another one has others.
  const follow = () => {
    const category = Number(controls.get("category")?.read() ?? 0);
    const place = element.querySelector("[data-conditions]");
    if (place && place.getAttribute("data-conditions") !== String(category)) {
      place.replaceWith(conditions(kit, category, draft.data["condition"], touched));
    }
  };
  const data = () => {
    const found: Record<string, unknown> = {};
    for (const [key, control] of controls) {
      const value = key === "condition" ? chosenCondition(element) : control.read();
      if (value !== undefined && value !== "" && value !== null) {
        found[key] = value;
      }
    }
    return found;
  };
  const element = h(
    "div",
    { input: follow, change: follow },
    shown,
    more.length ? h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, say("more"))), h("div", { class: "govuk-details__text" }, more)) : null,
  );
  follow();
  const faults = () => {
    const unseen = schema["x-picture"] && !draft.photos.length ? [{ id: `${ID}photos`, words: say("photo_wanted") }] : [];
    return [...[...controls.values()].flatMap((control) => control.faults()), ...unseen];
  };
  const show = (found: readonly Fault[]) => {
    element.querySelectorAll("[data-fault]").forEach((old) => old.remove());
    element.querySelectorAll(".govuk-form-group--error").forEach((old) => old.classList.remove("govuk-form-group--error"));
    for (const fault of found) {
      const group = document.getElementById(fault.id)?.closest(".govuk-form-group");
      group?.classList.add("govuk-form-group--error");
      group?.querySelector("label, legend")?.after(h("p", { class: "govuk-error-message", "data-fault": true }, fault.words));
    }
  };
  return { element, draft, faults, data, show };
}

const ID = "field-";

function labelled(making: Making, control: HTMLElement, faults: () => string): { element: HTMLElement; faults: () => Fault[] } {
  const id = ID + making.key;
  control.id = control.id || id;
  if (making.schema.description) {
    control.setAttribute("aria-describedby", `${id}-hint`);
  }
  const element = h(
    "div",
    { class: "govuk-form-group" },
    h("label", { class: "govuk-label anlan-bold", for: control.id }, title(making)),
    making.schema.description ? h("div", { class: "govuk-hint", id: `${id}-hint` }, making.schema.description) : null,
    control,
  );
  return {
    element,
    faults: () => {
      const words = faults();
      return words ? [{ id: control.id, words }] : [];
    },
  };
}

function title(making: Making): string {
  const word = making.schema.title ?? making.key;
  return making.required ? word : say("optional", { what: word });
}

function missing(making: Making): string {
  return say("missing", { what: making.schema.title ?? making.key });
}

function make(making: Making): Control | null {
  const { schema } = making;
  if (schema["x-from"] === "categories") {
    return making.key === "condition" ? conditionOf(making) : categoryOf(making);
  }
  if (schema["x-from"] === "places") {
    return placeOf(making);
  }
  if (schema.oneOf) {
    return choiceOf(making);
  }
  if (schema.type === "boolean") {
    return tickOf(making);
  }
  if (schema.type === "object") {
    return "lng" in (schema.properties ?? {}) ? pointOf(making) : null;
  }
  if (schema.type === "integer" || schema.type === "string") {
    return textOf(making);
  }
  return null;
}

function textOf(making: Making): Control {
  const { schema, value, touched } = making;
  const longest = schema.maxLength ?? 4000;
  const given = { input: touched, maxlength: schema.type === "string" && !schema.format ? longest : null };
  let control: HTMLInputElement | HTMLTextAreaElement;
  if (schema.type === "string" && !schema.format && longest > 300) {
    control = h("textarea", { class: "govuk-textarea", rows: 4, ...given });
  } else {
    const type = schema.type === "integer" ? "number" : schema.format === "date" ? "date" : schema.format ? "datetime-local" : "text";
    control = h("input", { class: "govuk-input", type, inputmode: schema.type === "integer" ? "numeric" : null, ...given });
  }
  control.value = value === undefined ? "" : schema.format === "date-time" ? localOf(String(value)) : String(value);
  const faults = () => {
    const text = control.value.trim();
    if (!text) {
      return making.required ? missing(making) : "";
    }
    return text.length < (schema.minLength ?? 0) ? say("short", { n: schema.minLength ?? 0 }) : "";
  };
  const read = () => {
    // Half an emoji, cut by the length of the field, is no text.
    const text = new TextDecoder().decode(new TextEncoder().encode(control.value)).trim();
    if (!text) {
      return undefined;
    }
    if (schema.type === "integer") {
      return Number(text);
    }
    return schema.format === "date-time" ? new Date(text).toISOString() : text;
  };
  return { ...labelled(making, control, faults), read };
}

function localOf(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

type Radio = { id: string; name: string; value: string | number; word: string; checked: boolean; change: () => void };

export function radio({ word, ...given }: Radio): HTMLElement {
  return h(
    "div",
    { class: "govuk-radios__item" },
    h("input", { class: "govuk-radios__input", type: "radio", ...given }),
    h("label", { class: "govuk-label govuk-radios__label", for: given.id }, word),
  );
}

type Way = { value: string; word: string };

function radios(making: Making, ways: readonly Way[], chosen: string): Control {
  const id = ID + making.key;
  const element = h(
    "div",
    { class: "govuk-form-group" },
    h(
      "fieldset",
      { class: "govuk-fieldset" },
      h("legend", { class: "govuk-fieldset__legend anlan-bold" }, title(making)),
      making.schema.description ? h("div", { class: "govuk-hint" }, making.schema.description) : null,
      h(
        "div",
        { class: "govuk-radios" },
        ways.map((way, n) => radio({ id: n ? `${id}-${n}` : id, name: making.key, value: way.value, word: way.word, checked: way.value === chosen, change: making.touched })),
      ),
    ),
  );
  const read = () => element.querySelector<HTMLInputElement>("input:checked")?.value;
  return { element, read, faults: () => (making.required && read() === undefined ? [{ id, words: missing(making) }] : []) };
}

function choiceOf(making: Making): Control {
  const ways = (making.schema.oneOf ?? []).map((one) => ({ value: one.const, word: one.title }));
  return radios(making, ways, String(making.value ?? ""));
}

function placeOf(making: Making): Control {
  const ways = making.kit.places.map((place) => ({ value: place.code, word: place.name }));
  return radios(making, ways, String(making.value ?? ""));
}

function tickOf(making: Making): Control {
  const id = ID + making.key;
  const box = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id, change: making.touched, checked: making.value === true });
  const element = h(
    "div",
    { class: "govuk-form-group" },
    h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, making.schema.title ?? making.key))),
  );
  return { element, read: () => box.checked, faults: () => [] };
}

function saidOf(some: readonly { words: Category["words"] }[]): string {
  return some.map((one) => `${one.words.zh} ${one.words.en}`).join(" ").toLowerCase();
}

// 133 categories: found by a few characters, in either language.
function categoryOf(making: Making): Control {
  const id = ID + making.key;
  const { categories } = making.kit;
  const chosen = h("input", { type: "hidden" });
  const list = h("div", { class: "govuk-radios", role: "radiogroup", "aria-label": making.schema.title ?? "" });
  const seek = h("input", { class: "govuk-input", type: "search", id, placeholder: say("seek"), autocomplete: "off", input: () => draw() });
  const item = (category: Category, n: number) =>
    radio({ id: `${id}-${n}`, name: making.key, value: category.id, word: named(category.words), checked: String(category.id) === chosen.value, change: () => pick(category) });
  const pick = (category: Category) => {
    chosen.value = String(category.id);
    seek.value = "";
    draw();
    making.touched();
  };
  const draw = () => {
    const text = seek.value.trim().toLowerCase();
    const own = categories.filter((one) => String(one.id) === chosen.value);
    const others = text ? categories.filter((one) => !own.includes(one)) : [];
    const byName = others.filter((one) => saidOf([one]).includes(text));
    const byCondition = others.filter((one) => !byName.includes(one) && saidOf(one.conditions).includes(text));
    const found = [...byName, ...byCondition].slice(0, SHOWN);
    list.replaceChildren(...[...own, ...found].map(item), ...(text && !found.length ? [h("p", { class: "anlan-soft" }, say("none_found"))] : []));
  };
  chosen.value = making.value === undefined ? "" : String(making.value);
  draw();
  const made = labelled(making, seek, () => (making.required && !chosen.value ? missing(making) : ""));
  made.element.append(list, chosen);
  return { ...made, read: () => (chosen.value ? Number(chosen.value) : undefined) };
}

function conditionOf(making: Making): Control {
  const element = conditions(making.kit, 0, making.value, making.touched);
  return { element, read: () => undefined, faults: () => [] };
}

function conditions(kit: Kit, category: number, chosen: unknown, touched: () => void): HTMLElement {
  const found = kit.categories.find((one) => one.id === category)?.conditions ?? [];
  const id = `${ID}condition`;
  return h(
    "div",
    { class: "govuk-form-group", "data-conditions": category, hidden: !found.length },
    h(
      "fieldset",
      { class: "govuk-fieldset" },
      h("legend", { class: "govuk-fieldset__legend anlan-bold" }, say("condition")),
      h(
        "div",
        { class: "govuk-radios" },
        found.map((one, n) => radio({ id: `${id}-${n}`, name: "condition", value: one.id, word: named(one.words), checked: one.id === chosen, change: touched })),
      ),
    ),
  );
}

function chosenCondition(within: HTMLElement): number | undefined {
  const found = within.querySelector<HTMLInputElement>("[data-conditions] input:checked")?.value;
  return found ? Number(found) : undefined;
}

// Where the person stands, asked for by a tap. What a phone measures is rounded to what it can know.
function pointOf(making: Making): Control {
  let point = making.value as { lng: number; lat: number; metres?: number } | undefined;
  const said = h("p", { class: "anlan-soft", role: "status" });
  const draw = () => said.replaceChildren(point ? say("located", { n: Math.round(point.metres ?? 0) }) : "");
  const ask = () => {
    said.replaceChildren(say("locating"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        point = { lng: Math.round(coords.longitude * 1e7), lat: Math.round(coords.latitude * 1e7), metres: Math.round(coords.accuracy) };
        draw();
        making.touched();
      },
      () => said.replaceChildren(say("not_located")),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  };
  draw();
  const element = h("div", { class: "govuk-form-group" }, button(say("here"), ask, "secondary"), said);
  return { element, read: () => point, faults: () => [] };
}

function photosOf(draft: Draft, most: number): HTMLElement {
  const id = `${ID}photos`;
  const list = h("ul", { class: "anlan-photos anlan-photos--mine" });
  const busy = h("p", { class: "anlan-soft", role: "status" });
  const input = h("input", { class: "govuk-file-upload", type: "file", id, accept: "image/*", multiple: true, change: () => void take() });
  const draw = async () => {
    const items = await Promise.all(draft.photos.map((photo, n) => item(photo, n)));
    list.replaceChildren(...items);
    input.disabled = draft.photos.length >= most;
  };
  const item = async (photo: Photo, n: number) => {
    const away = async () => {
      draft.photos = draft.photos.filter((one) => one.id !== photo.id);
      await keep(draft);
      await change({ dropped: [photo.id] });
      await draw();
    };
    return h("li", {}, await picture(photo, say("photo_n", { n: n + 1 })), button(say("take_away"), () => void away().catch(failed), "secondary"));
  };
  const take = async () => {
    const files = [...(input.files ?? [])].slice(0, most - draft.photos.length);
    input.value = "";
    try {
      for (const [n, file] of files.entries()) {
        busy.replaceChildren(say("shrinking", { n: n + 1, of: files.length }));
        const taken = await readTaken(file);
        draft.photos.push(await keepPhoto(await shrink(file, taken.turn)));
        await keep(draft);
      }
    } catch (error) {
      failed(error);
    }
    busy.replaceChildren();
    await draw();
  };
  void draw();
  return h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label anlan-bold", for: id }, say("photos", { n: most })), input, busy, list);
}

export async function picture(photo: Photo, alt: string): Promise<HTMLElement> {
  const data = await openPhoto(photo);
  if (!data) {
    return h("span", {}, alt);
  }
  return drawn(data, alt);
}

export function drawn(data: Blob, alt: string): HTMLImageElement {
  const address = URL.createObjectURL(data);
  return h("img", { src: address, alt, load: () => URL.revokeObjectURL(address) });
}
