// SPDX-License-Identifier: Apache-2.0
// The category of what was found: those met most here by one tap, all others by their group or a few characters of their name.
import { ID, labelled, missing, type Control, type Making } from "./controls";
import { button, h, radio, type Child } from "./dom";
import type { Category, Kit } from "./model";
import { named, say } from "./words";

const SHOWN = 8;
const OFTEN = 6;

function saidOf(some: readonly { words: Category["words"] }[]): string {
  return some.map((one) => `${one.words.zh} ${one.words.en}`).join(" ").toLowerCase();
}

// How many of these pieces stand in words, and how near they come: two characters side by side say more than both apart.
function nearness(text: string, words: string): number {
  const characters = Array.from(text).filter((one) => one.trim());
  const pairs = characters.slice(1).map((one, n) => `${characters[n]}${one}`);
  const of = (pieces: readonly string[]) => pieces.filter((one) => words.includes(one)).length;
  // Single letters of a Latin word say nothing.
  return of(pairs) * 10 + of(characters.filter((one) => one > "\u2e80"));
}

// What comes nearest to a text: by name, by condition, by what people say for it, by what they say for its group; else, and `exact` says
// so, by the characters that they share.
export function meant(kit: Kit, text: string): { exact: boolean; found: Category[] } {
  const told = (key: string) => kit.said?.[key] ?? [];
  const ways: ((one: Category) => boolean)[] = [
    (one) => saidOf([one]).includes(text),
    (one) => saidOf(one.conditions).includes(text),
    (one) => told(String(one.id)).some((word) => word.includes(text) || (word.length > 1 && text.includes(word))),
    (one) => told(one.group).some((word) => word.includes(text) || (word.length > 1 && text.includes(word))),
  ];
  const found = [...new Set(ways.flatMap((fits) => kit.categories.filter(fits)))];
  if (found.length) {
    return { exact: true, found };
  }
  const near = kit.categories.map((one) => ({ one, near: nearness(text, [saidOf([one]), saidOf(one.conditions), ...told(String(one.id))].join(" ")) }));
  const most = Math.max(...near.map((each) => each.near));
  // Who shares one pair shares more than any that share characters only.
  return { exact: false, found: near.filter((each) => each.near > 0 && (most < 10 || each.near >= 10)).sort((a, b) => b.near - a.near).map((each) => each.one) };
}

// Where it has to be answered the groups are seen at once.
function fold(word: string, open: boolean, within: Child): HTMLElement {
  return h("details", { class: "govuk-details anlan-app__group", open }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, word)), h("div", { class: "govuk-details__text" }, within));
}

// What the groups are called: the plain kinds that residents choose from.
function groupsOf(kit: Kit): { key: string; word: string; within: Category[] }[] {
  const kinds = kit.procedures.flatMap((one) => one.schemas["open"]?.properties?.["kind"]?.oneOf ?? []);
  const words = new Map(kinds.map((one) => [one.const, one.title]));
  return [...words].map(([key, word]) => ({ key, word, within: kit.categories.filter((one) => one.group === key) })).filter((one) => one.within.length);
}

// More than a hundred categories: nobody on site knows their names by heart.
export function categoryOf(making: Making): Control {
  const id = ID + making.key;
  const { categories } = making.kit;
  const chosen = h("input", { type: "hidden" });
  const list = h("div", {});
  const seek = h("input", { class: "govuk-input", type: "search", id, placeholder: say("seek"), autocomplete: "off", input: () => draw() });
  let ways = 0;
  const item = (category: Category) =>
    radio({ id: `${id}-${ways++}`, name: making.key, value: category.id, word: named(category.words), checked: String(category.id) === chosen.value, change: () => pick(category) });
  const some = (word: string, found: readonly Category[]) =>
    h("div", { class: "govuk-radios anlan-app__pick", role: "radiogroup", "aria-label": word }, found.map(item));
  const pick = (category: Category) => {
    chosen.value = String(category.id);
    seek.value = "";
    draw();
    list.querySelector<HTMLElement>("input")?.focus();
    making.touched();
  };
  const other = () => {
    chosen.value = "";
    draw();
    seek.focus();
    // Its conditions go with it.
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    making.touched();
  };
  const byTap = () => {
    const often = making.often.flatMap((one) => categories.filter((each) => each.id === one)).slice(0, OFTEN);
    return [
      ...(often.length ? [h("p", { class: "anlan-soft" }, say("often")), some(say("often"), often)] : []),
      fold(say("by_group"), making.required, groupsOf(making.kit).map((group) => fold(group.word, false, some(group.word, group.within)))),
    ];
  };
  const bySeeking = (text: string) => {
    const { exact, found } = meant(making.kit, text);
    const told = exact ? [] : [h("p", { class: "anlan-soft" }, say(found.length ? "near_found" : "none_found"))];
    return [...told, ...(found.length ? [some(title, found.slice(0, SHOWN))] : byTap())];
  };
  const title = making.schema.title ?? "";
  const draw = () => {
    const text = seek.value.trim().toLowerCase();
    const own = categories.filter((one) => String(one.id) === chosen.value);
    ways = 0;
    seek.hidden = own.length > 0;
    list.replaceChildren(...(own.length ? [some(title, own), button(say("other_category"), other, "secondary")] : text ? bySeeking(text) : byTap()));
  };
  chosen.value = making.value === undefined ? "" : String(making.value);
  draw();
  const made = labelled(making, seek, () => (making.required && !chosen.value ? missing(making) : ""));
  made.element.append(list, chosen);
  return { ...made, read: () => (chosen.value ? Number(chosen.value) : undefined) };
}

export function conditionOf(making: Making): Control {
  const element = conditions(making.kit, 0, making.value, making.touched);
  return { element, read: () => undefined, faults: () => [] };
}

export function conditions(kit: Kit, category: number, chosen: unknown, touched: () => void): HTMLElement {
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

export function chosenCondition(within: HTMLElement): number | undefined {
  const found = within.querySelector<HTMLInputElement>("[data-conditions] input:checked")?.value;
  return found ? Number(found) : undefined;
}

