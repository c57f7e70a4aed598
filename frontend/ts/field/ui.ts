// SPDX-License-Identifier: Apache-2.0
// Where one is, where to go, and what is told on the way: shared by all screens.
import { h, message, type Child } from "./dom";
import { Later, Refusal } from "./door";
import { sayProblem } from "./sync";
import { say } from "./words";

const notes = document.getElementById("notes") as HTMLElement;

let draw: (moved: boolean) => Promise<void> = () => Promise.resolve();
let told: { where: string; what: HTMLElement } | null = null;

export function drawWith(what: (moved: boolean) => Promise<void>): void {
  draw = what;
}

export function redraw(moved = false): Promise<void> {
  return draw(moved);
}

export function route(): string[] {
  return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
}

export function go(where: string, what: HTMLElement | null = null): void {
  told = what && { where, what };
  if (location.hash === where) {
    void draw(true);
  } else {
    location.hash = where;
  }
}

// What was told on the way to this screen, as long as one stays on it.
export function heading(): Child {
  return told && told.where === location.hash ? told.what.cloneNode(true) : null;
}

export function clearNotes(): void {
  notes.replaceChildren();
}

export function note(kind: "success" | "warning" | "error", words: string): void {
  notes.replaceChildren(message(kind, words));
  notes.scrollIntoView({ block: "nearest" });
}

// What went wrong, said once; what nobody foresaw also reaches the console.
export function failed(error: unknown): void {
  if (error instanceof Later) {
    note("warning", say("no_answer"));
  } else if (error instanceof Refusal) {
    note("error", sayProblem(error.problem));
  } else if (error instanceof DOMException && error.name === "QuotaExceededError") {
    note("error", say("full"));
  } else {
    note("error", say("failed"));
    throw error;
  }
}

export function title(words: Child): HTMLElement {
  return h("h1", { class: "anlan-title", tabindex: -1 }, words);
}
