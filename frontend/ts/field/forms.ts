// SPDX-License-Identifier: Apache-2.0
// A form drawn from the JSON Schema of an action. What is typed is kept on the phone from the first character.
import { read as readTaken, shrink } from "../phone/photos";
import { categoryOf, chosenCondition, conditionOf, conditions } from "./categories";
import { ID, labelled, missing, title, type Control, type Fault, type Making } from "./controls";
import { button, h, radio, type Child } from "./dom";
import type { Draft, Kit, Schema } from "./model";
import { change, digestOf, get, keepPhoto, openPhoto, type Photo } from "./store";
import { failed } from "./ui";
import { localOf, momentOf, say } from "./words";

export type Form = {
  element: HTMLElement;
  draft: Draft;
  faults: () => Fault[];
  data: () => Record<string, unknown>;
  show: (faults: readonly Fault[]) => void;
  end: () => void; // it is sent: what was typed last is no draft any more
};

const LATER = 400;
const ALWAYS = ["words", "address", "point", "category", "condition", "answer"];
// The moment of the act says when it was seen; how the matter came is told by the app.
const NEVER = ["seen_at", "kind"];

export async function draftOf(id: string): Promise<Draft> {
  return (await get<Draft>(`draft/${id}`)) ?? { id, data: {}, photos: [], at: Date.now() };
}

async function keep(draft: Draft): Promise<void> {
  await change({ put: { [`draft/${draft.id}`]: draft } });
}

// `most` photos; `often`: the categories that are met most here, offered first.
export function formOf(schema: Schema, kit: Kit, draft: Draft, most: number, often: readonly number[] = []): Form {
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
    const making = { key, schema: field, required: wanted, value: draft.data[key], kit, draft, often, touched };
    const control = make(making);
    if (control) {
      controls.set(key, control);
      (wanted || ALWAYS.includes(key) ? shown : more).push(control.element);
    }
  }
  if (schema["x-files"]) {
    shown.push(photosOf(draft, most, Boolean(schema["x-picture"])));
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
  const end = () => clearTimeout(timer);
  return { element, draft, faults, data, show, end };
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
    return schema.format === "date-time" ? momentOf(text) : text;
  };
  return { ...labelled(making, control, faults), read };
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

function photosOf(draft: Draft, most: number, wanted: boolean): HTMLElement {
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
      if (!draft.instead) {
        await change({ dropped: [photo.id] });
      }
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
        // Whoever shows another matter with this photo made it smaller otherwise: the file as it was is the same.
        draft.photos.push(await keepPhoto(await shrink(file, taken.turn), await digestOf(file)));
        await keep(draft);
      }
    } catch (error) {
      failed(error);
    }
    busy.replaceChildren();
    await draw();
  };
  void draw();
  return h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label anlan-bold", for: id }, say(wanted ? "photos_wanted" : "photos", { n: most })), input, busy, list);
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
