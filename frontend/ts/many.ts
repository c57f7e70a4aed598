// SPDX-License-Identifier: Apache-2.0
// Choosing several cases: the key x, or a click with Shift, chooses all between; the bar shows when something is chosen.
const boxes = (): HTMLInputElement[] =>
  Array.from(document.querySelectorAll<HTMLInputElement>(".anlan-desk__list .anlan-pick input"));

let last: HTMLInputElement | undefined;

function show(): void {
  const chosen = boxes().filter((box) => box.checked).length;
  const bar = document.querySelector<HTMLElement>("#many");
  bar?.classList.toggle("anlan-many--some", chosen > 0);
  const count = bar?.querySelector<HTMLElement>("[data-chosen]");
  if (count) {
    count.textContent = String(chosen);
  }
}

function between(box: HTMLInputElement): void {
  const all = boxes();
  const from = last ? all.indexOf(last) : all.indexOf(box);
  const to = all.indexOf(box);
  for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    each.checked = true;
  }
}

function boxOf(row: Element | null | undefined): HTMLInputElement | null {
  return row?.querySelector<HTMLInputElement>(".anlan-pick input") ?? null;
}

export function pick(row: Element | null | undefined): void {
  const box = boxOf(row);
  if (box) {
    box.checked = !box.checked;
    last = box;
    show();
  }
}

export function pickUpTo(row: Element | null | undefined): void {
  const box = boxOf(row);
  if (box) {
    between(box);
    last = box;
    show();
  }
}

document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.closest(".anlan-pick")) {
    if (event.shiftKey && event.target.checked) {
      between(event.target);
    }
    last = event.target;
    show();
  }
});
show();
