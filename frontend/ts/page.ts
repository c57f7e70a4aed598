// SPDX-License-Identifier: Apache-2.0
// What every page runs. Every page works without it; this only makes errors, long texts and double clicks kinder.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

function enliven(scope: Element | Document): void {
  createAll(ErrorSummary, {}, scope);
  createAll(CharacterCount, {}, scope);
  createAll(Radios, undefined, scope);
  createAll(Checkboxes, undefined, scope);
  createAll(Button, { preventDoubleClick: true }, scope);
}

enliven(document);

// The desk swaps parts of a page: they get the same.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) {
    enliven(event.target);
  }
});

// A field that is being mended is no longer red. The summary above says what was wrong until it is sent again.
document.addEventListener("input", (event) => {
  const control = event.target instanceof Element ? event.target : null;
  const group = control?.closest(".govuk-form-group--error");
  if (!group) {
    return;
  }
  group.classList.remove("govuk-form-group--error");
  for (const message of group.querySelectorAll(".govuk-error-message:not(.govuk-character-count__message)")) {
    for (const named of group.querySelectorAll("[aria-describedby]")) {
      const left = (named.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== message.id);
      named.setAttribute("aria-describedby", left.join(" "));
    }
    message.remove();
  }
  for (const red of group.querySelectorAll(".govuk-input--error, .govuk-textarea--error, .govuk-select--error, .govuk-file-upload--error")) {
    red.classList.remove("govuk-input--error", "govuk-textarea--error", "govuk-select--error", "govuk-file-upload--error");
    red.removeAttribute("aria-invalid");
  }
});

// A fold that has room around it stands open; large letters leave none.
for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-open-from]")) {
  const from = Number(fold.dataset.openFrom);
  fold.open = window.innerWidth >= from && !document.documentElement.classList.contains("anlan-large");
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Where the browser lets a page copy, that is offered; the button itself says that it was done.
if ("clipboard" in navigator && window.isSecureContext) {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.dataset.copy ?? "").then(
        () => {
          button.textContent = button.dataset.copied ?? "";
        },
        () => {
          button.hidden = true;
        },
      );
    });
  }
}
