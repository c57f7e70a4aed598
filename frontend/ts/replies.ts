// SPDX-License-Identifier: Apache-2.0
// A canned reply goes behind what was written, without sending the form; without a script a second button does it.
document.addEventListener("change", (event) => {
  const select = event.target instanceof HTMLSelectElement && event.target.dataset.into ? event.target : null;
  const words = select?.selectedOptions[0]?.dataset.words;
  const into = document.getElementById(select?.dataset.into ?? "");
  if (select && words && into instanceof HTMLTextAreaElement) {
    into.value = [into.value.trim(), words].filter(Boolean).join("\n");
    into.dispatchEvent(new Event("input", { bubbles: true }));
    into.focus();
    select.value = "";
  }
});

export {};
