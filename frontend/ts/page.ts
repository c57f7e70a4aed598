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

// A fold that has room around it stands open.
for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-open-from]")) {
  const from = Number(fold.dataset.openFrom);
  fold.open = window.innerWidth >= from;
}
