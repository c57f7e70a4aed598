// SPDX-License-Identifier: Apache-2.0
// A long list of kinds is shortened by typing; without a script the browser's own list jumps to what is typed.
const LONG = 20;

function shorten(select: HTMLSelectElement, words: string): void {
  const wanted = words.trim().toLowerCase();
  for (const option of select.options) {
    const fits = wanted === "" || option.selected || option.text.toLowerCase().includes(wanted);
    option.hidden = !fits;
    option.disabled = !fits;
  }
  for (const group of select.querySelectorAll("optgroup")) {
    group.hidden = !group.querySelector("option:not([hidden])");
  }
}

function enliven(scope: ParentNode): void {
  for (const select of scope.querySelectorAll<HTMLSelectElement>("select[data-seek]")) {
    if (select.options.length < LONG || select.previousElementSibling?.matches(".anlan-kinds")) {
      continue;
    }
    const box = document.createElement("input");
    box.type = "search";
    box.className = "govuk-input anlan-kinds";
    box.placeholder = select.dataset.seek ?? "";
    box.setAttribute("aria-label", select.dataset.seek ?? "");
    box.setAttribute("aria-controls", select.id);
    box.addEventListener("input", () => shorten(select, box.value));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        // The first that fits is chosen; the form is not sent by it.
        event.preventDefault();
        const first = Array.from(select.options).find((option) => option.value && !option.disabled && !option.selected);
        if (first && box.value.trim()) {
          select.value = first.value;
          select.dispatchEvent(new Event("change", { bubbles: true }));
          select.focus();
        }
      }
    });
    select.before(box);
  }
}

enliven(document);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) {
    enliven(event.target);
  }
});

export {};
