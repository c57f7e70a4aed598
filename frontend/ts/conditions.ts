// SPDX-License-Identifier: Apache-2.0
// A category has conditions of its own: choosing one shows them at once, with the unit that the rules propose for it.
// Without this a button draws the form again. Only those parts of the form change; all else stays as it was typed.
const PARTS = ['[name="condition"]', 'select[name="unit"]'];

function button(form: HTMLFormElement): HTMLButtonElement | null {
  return form.querySelector<HTMLButtonElement>('button[name="refresh"]');
}

function part(scope: ParentNode, name: string): Element | null {
  return scope.querySelector(name)?.closest(".govuk-form-group") ?? null;
}

let latest = 0;

async function refresh(form: HTMLFormElement): Promise<boolean> {
  const turn = ++latest;
  const sent = new FormData();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") {
      sent.append(name, value);
    }
  }
  sent.set("refresh", "1");
  const answer = await fetch(location.href, { method: "POST", body: sent, credentials: "same-origin" });
  if (!answer.ok) {
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== latest) {
    return true;
  }
  const why = page.querySelector(".anlan-why");
  const shown = form.parentElement?.querySelector(".anlan-why");
  if (shown && why) {
    shown.replaceWith(why);
  } else if (why) {
    form.before(why);
  } else {
    shown?.remove();
  }
  const drawn = form.querySelector<HTMLInputElement>('input[name="shown"]');
  if (drawn) {
    drawn.value = page.querySelector<HTMLInputElement>('input[name="shown"]')?.value ?? "";
  }
  for (const name of PARTS) {
    const old = part(form, name);
    const fresh = part(page, name);
    if (old && fresh) {
      // What changes is read out: the person still stands on the category.
      old.setAttribute("aria-live", "polite");
      old.className = fresh.className;
      old.innerHTML = fresh.innerHTML;
    }
  }
  return part(page, PARTS[0] ?? "") !== null;
}

for (const each of document.querySelectorAll<HTMLButtonElement>('button[name="refresh"]')) {
  each.hidden = true;
}

document.addEventListener("change", (event) => {
  const target = event.target;
  if (!(target instanceof HTMLSelectElement) || target.name !== "category" || !target.form) {
    return;
  }
  const form = target.form;
  if (!button(form)) {
    return;
  }
  refresh(form)
    .catch(() => false)
    .then((done) => {
      const way = button(form);
      if (way) {
        way.hidden = done;
      }
    });
});

export {};
