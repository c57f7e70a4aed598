// SPDX-License-Identifier: Apache-2.0
// Before and after: what was told with its photos, what was done about it with the photos that show it, and what has to be true before it is
// closed. The same as the pages show; whoever checks sees it without signal.
import { card, facts, h, link, message, type Child } from "./dom";
import * as model from "./model";
import { photosOf, readable } from "./pictures";
import { addresses, colon, comma, inFours, named, say, when } from "./words";

const RESULT = "result";
const FOLLOWING = "photo"; // photos of a report that came after its words
const LONG = 300;
// What an action without a form of its own has of words.
const PLAIN = ["words", "answer", "question", "address"];

type Said = { words: string; rows: [string, string][] };

function office(found: model.Case, id: unknown): string {
  return named((found.offices ?? []).find((one) => one.id === id)?.words);
}

// An answer as people read it; nothing where it is no words.
export function valueOf(found: model.Case, kit: model.Kit, field: model.Schema, key: string, value: unknown): string {
  const choice = field.oneOf?.find((one) => one.const === value);
  if (choice) {
    return choice.title;
  }
  switch (field["x-from"]) {
    case "organisations":
      return (Array.isArray(value) ? value : [value]).map((id) => office(found, id)).filter((one) => one).join(comma);
    case "categories": {
      const { categories } = kit;
      const category = key === "condition" ? categories.flatMap((one) => one.conditions).find((one) => one.id === value) : categories.find((one) => one.id === value);
      return named(category?.words);
    }
    case "places":
    case "cases":
      return "";
  }
  if (typeof value === "boolean") {
    return value ? say("yes") : "";
  }
  if (typeof value === "object" || value === undefined || value === null) {
    return "";
  }
  return field.format === "date-time" ? when(String(value)) : String(value);
}

// What an entry says: its words, and its other answers under their names.
export function saidOf(entry: model.Entry, found: model.Case, kit: model.Kit): Said {
  const fields = model.procedureOf(kit, found.procedure, found.version)?.schemas[entry.action]?.properties;
  const values: Record<string, unknown> = Object.assign({}, entry.facts, ...entry.contents.map((content) => content.values ?? {}));
  const said: Said = { words: "", rows: [] };
  if (!fields) {
    said.words = PLAIN.map((key) => values[key]).filter((value) => typeof value === "string" && value).join("\n");
  }
  for (const [key, field] of Object.entries(fields ?? {})) {
    const text = values[key] === undefined ? "" : valueOf(found, kit, field, key, values[key]);
    const long = field.type === "string" && !field.oneOf && !field.format && (field.maxLength ?? 0) > LONG;
    if (text && long && !said.words) {
      said.words = text;
    } else if (text) {
      said.rows.push([field.title ?? key, text]);
    }
  }
  if (entry.contents.some((content) => content.erased)) {
    said.words = [said.words, say("erased")].filter((one) => one).join("\n");
  }
  return said;
}

export function isClosedTo(entry: model.Entry): boolean {
  return entry.contents.some((content) => content.values === null && !content.erased);
}

function signed(entry: model.Entry): HTMLElement {
  return h("p", { class: "anlan-soft" }, [entry.who ? named(entry.who) : "", when(entry.at)].filter((one) => one).join(" · "));
}

// Pictures of evidence that were used in another case before: whoever checks looks closely.
export function usedBefore(found: model.Case): HTMLElement[] {
  return (found.used_before ?? []).map((one) =>
    message("warning", h("p", { class: "anlan-message__word" }, say("used_before", { n: one.n })), h("p", {}, say("used_before_where", { number: inFours(one.number), at: when(one.at) }))),
  );
}

// Whether an outcome stands that may be checked.
export function isDone(found: model.Case): boolean {
  return Boolean(found.outcome);
}

export async function matterOf(found: model.Case, kit: model.Kit): Promise<Child[]> {
  const done = found.entries.find((entry) => entry.seq === found.outcome);
  const followed = new Set([1, ...found.entries.filter((entry) => entry.action === FOLLOWING).map((entry) => entry.seq)]);
  const pictures = readable(found);
  // Settled when it was found: the photos show how it is now.
  const before = done?.seq === 1 ? [] : pictures.filter((file) => followed.has(file.seq));
  const after = done ? pictures.filter((file) => file.seq === done.seq) : [];
  const words = model.first(found, "words");
  const address = model.first(found, "address");
  // Called as the form and the desk call it.
  const where = model.procedureOf(kit, found.procedure, found.version)?.schemas["open"]?.properties?.["address"]?.title;
  const looked = done ? found.entries.filter((entry) => entry.seq > done.seq && entry.facts[RESULT] !== undefined) : [];
  const closing = named(found.closing ?? undefined);
  const condition: (readonly [string, Child])[] = closing ? [[say("closing"), closing]] : [];
  const papers = found.files.filter((file) => file.url && !file.kind.startsWith("image/")).length;
  return [
    card(
      say("said"),
      await photosOf(found, before),
      words ? h("p", { class: "anlan-told" }, words) : h("p", {}, say("closed_words")),
      address ? facts([[where ?? say("where"), address]]) : null,
      papers ? h("p", {}, say("papers", { n: papers }), " ", link(say("online_pages"), `${addresses.online}cases/${Number(found.number)}`)) : null,
    ),
    done ? await outcomeOf(done, found, kit, after, condition) : condition.length ? card(say("closing"), h("p", {}, closing)) : null,
    await Promise.all(looked.map((entry) => lookOf(entry, found, kit, pictures))),
  ];
}

async function outcomeOf(done: model.Entry, found: model.Case, kit: model.Kit, photos: readonly model.FileOf[], condition: readonly (readonly [string, Child])[]): Promise<HTMLElement> {
  const said = saidOf(done, found, kit);
  // What was reported itself stands above.
  const rows = done.seq === 1 ? said.rows.filter(([word]) => word === titleOf(found, kit, done, "outcome")) : said.rows;
  const words = done.seq === 1 ? model.first(found, "answer") : said.words;
  return card(say("done_about"), await photosOf(found, photos), words ? h("p", { class: "anlan-told" }, words) : null, facts([...rows, ...condition]), signed(done));
}

function titleOf(found: model.Case, kit: model.Kit, entry: model.Entry, key: string): string {
  return model.procedureOf(kit, found.procedure, found.version)?.schemas[entry.action]?.properties?.[key]?.title ?? "";
}

async function lookOf(entry: model.Entry, found: model.Case, kit: model.Kit, pictures: readonly model.FileOf[]): Promise<HTMLElement> {
  const said = saidOf(entry, found, kit);
  return card(
    named(entry.words),
    await photosOf(found, pictures.filter((file) => file.seq === entry.seq)),
    said.rows.length ? facts(said.rows) : null,
    said.words ? h("p", { class: "anlan-told" }, said.words) : null,
    signed(entry),
  );
}

// One entry of what happened: what, by which office, when, and with what words.
export function lineOf(entry: model.Entry, found: model.Case, kit: model.Kit): HTMLElement {
  const said = saidOf(entry, found, kit);
  const late = new Date(entry.received_at).getTime() - new Date(entry.at).getTime() > 120_000;
  return h(
    "li",
    { class: "anlan-app__entry" },
    h("p", { class: "anlan-bold govuk-!-margin-bottom-1" }, named(entry.words)),
    signed(entry),
    late ? h("p", { class: "anlan-soft" }, say("arrived", { at: when(entry.received_at) })) : entry.time_unsure ? h("p", { class: "anlan-soft" }, say("time_unsure")) : null,
    said.rows.map(([word, text]) => h("p", {}, h("span", { class: "anlan-soft" }, `${word}${colon}`), text)),
    said.words ? h("p", { class: "anlan-told" }, said.words) : null,
    isClosedTo(entry) ? h("p", { class: "anlan-soft" }, say("not_yours")) : null,
  );
}

// Whose it is now, and which office passed it on.
export function officesOf(found: model.Case): Child {
  const rows: (readonly [string, Child])[] = [
    [say("lead"), office(found, found.holder)],
    [say("room"), office(found, found.room)],
  ];
  const known = rows.filter(([, value]) => value);
  return known.length ? facts(known) : null;
}
