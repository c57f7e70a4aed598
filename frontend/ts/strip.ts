// SPDX-License-Identifier: Apache-2.0
// The strip of acts on their way: it counts down, tells a screen reader once what changed, and marks the rows of the list.
const said = (): HTMLElement | null => document.querySelector("#said");

export function say(words: string, shown = false): void {
  const place = said();
  if (place) {
    place.textContent = words;
    place.classList.toggle("govuk-visually-hidden", !shown);
    place.classList.toggle("anlan-lost", shown);
  }
}

function strip(): HTMLElement | null {
  return document.querySelector("#held");
}

function numbers(): string[] {
  return (strip()?.dataset.numbers ?? "").split(",").filter(Boolean);
}

let before = numbers();

function follow(): void {
  const now = numbers();
  if (now.join() !== before.join()) {
    say(strip()?.dataset.said ?? "");
  }
  for (const row of document.querySelectorAll<HTMLElement>(".anlan-desk__list [data-number]")) {
    const number = row.dataset.number ?? "";
    const shown = row.querySelector("[aria-current]") !== null;
    if (!now.includes(number) && row.classList.contains("anlan-item--leaving")) {
      // It left, or was taken back: then it is the case that is shown.
      row.classList.toggle("anlan-item--left", !shown);
    }
    row.classList.toggle("anlan-item--leaving", now.includes(number));
  }
  before = now;
}

document.addEventListener("htmx:afterSettle", follow);

setInterval(() => {
  for (const left of document.querySelectorAll<HTMLElement>("#held [data-left]")) {
    const seconds = Math.max(Number(left.dataset.left) - 1, 0);
    left.textContent = (left.textContent ?? "").replace(/\d+/, String(seconds));
    left.dataset.left = String(seconds);
  }
}, 1000);
