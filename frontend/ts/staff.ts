// SPDX-License-Identifier: Apache-2.0
// Pages for staff in one column.
import "./back";
import "./conditions";
import "./when";

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
