// SPDX-License-Identifier: Apache-2.0
// A case whose alarm rings, once it is really before somebody's eyes, says so by itself: not in a tab behind others, nor in one
// that a browser opened ahead. Without this a button does it.
async function attend(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("form[data-attend]:not([data-sent])");
  if (!form || document.visibilityState !== "visible") {
    return;
  }
  form.dataset.sent = "";
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
  const words = form.querySelector("p");
  if (words && answer && (answer.ok || answer.type === "opaqueredirect")) {
    words.textContent = form.dataset.attend ?? "";
    form.querySelector("button")?.remove();
  }
}

for (const moment of ["visibilitychange", "htmx:afterSettle"]) {
  document.addEventListener(moment, () => void attend());
}
void attend();

export {};
