// SPDX-License-Identifier: Apache-2.0
// Elements from scripts, text always as text: nothing that somebody wrote is ever read as markup.
import { say } from "./words";

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Heard = (event: Event) => unknown;
type Given = Record<string, string | number | boolean | null | undefined | Heard>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Given = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") {
      made.addEventListener(name, value as EventListener);
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  add(made, children);
  return made;
}

function add(to: HTMLElement, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) {
      add(to, child);
    } else if (child || child === 0) {
      to.append(child instanceof Node ? child : String(child));
    }
  }
}

export function button(word: string, what: Heard, kind = ""): HTMLButtonElement {
  return h("button", { type: "button", class: `govuk-button${kind ? ` govuk-button--${kind}` : ""}`, click: what }, word);
}

export function link(word: string, href: string): HTMLAnchorElement {
  return h("a", { class: "govuk-link", href }, word);
}

export function back(word: string, href: string): HTMLAnchorElement {
  return h("a", { class: "govuk-back-link", href }, word);
}

export function card(title: string, ...children: Child[]): HTMLElement {
  return h("section", { class: "anlan-card" }, h("h2", { class: "anlan-card__title" }, title), children);
}

export function pill(word: string, tone: string): HTMLElement {
  return h("span", { class: `anlan-pill anlan-pill--${tone}` }, word);
}

export function message(kind: "success" | "warning" | "error" | "new", ...children: Child[]): HTMLElement {
  return h("div", { class: `anlan-message anlan-message--${kind}`, role: kind === "error" ? "alert" : "status" }, children);
}

export function facts(rows: readonly (readonly [string, Child])[]): HTMLElement {
  return h(
    "dl",
    { class: "anlan-facts" },
    rows.map(([word, value]) => [h("dt", {}, word), h("dd", {}, value)]),
  );
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

export function errors(found: readonly { id: string; words: string }[]): HTMLElement | null {
  if (!found.length) {
    return null;
  }
  const go = (id: string) => (event: Event) => {
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
  return h(
    "div",
    { class: "govuk-error-summary", tabindex: -1 },
    h(
      "div",
      { role: "alert" },
      h("h2", { class: "govuk-error-summary__title" }, say("mend")),
      h(
        "ul",
        { class: "govuk-list govuk-error-summary__list" },
        found.map((each) => h("li", {}, h("a", { href: `#${each.id}`, click: go(each.id) }, each.words))),
      ),
    ),
  );
}
