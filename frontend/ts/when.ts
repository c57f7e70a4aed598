// SPDX-License-Identifier: Apache-2.0
// A question that belongs to one answer of another shows once that answer is chosen. While hidden it is not sent.
function show(form: ParentNode): void {
  for (const group of form.querySelectorAll<HTMLElement>("[data-when]")) {
    const [name, value] = (group.dataset.when ?? "").split("=");
    const chosen = form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value === value;
    group.hidden = !chosen;
    const asked = group.querySelector("fieldset");
    if (asked) {
      asked.disabled = !chosen;
    }
  }
}

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.form) {
    show(event.target.form);
  }
});
show(document);

export {};
