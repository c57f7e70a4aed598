// SPDX-License-Identifier: Apache-2.0
// Pages on which somebody wishes to be told in this browser. The form says when: a field with a value, or always. What the browser
// gives goes with the form; without this script the other ways are there.
import { hidden } from "./phone/form";
import { able, running, subscribe, subscribed } from "./phone/subscribe";

const form = document.querySelector<HTMLFormElement>("form[data-push]");

function all(mark: string): NodeListOf<HTMLElement> {
  return (form as HTMLFormElement).querySelectorAll<HTMLElement>(`[data-push-${mark}]`);
}

function show(mark: string, shown: boolean): void {
  all(mark).forEach((one) => (one.hidden = !shown));
}

function told(words: string): void {
  const there = form?.querySelector("[data-push-said]");
  const said = there ?? document.createElement("p");
  said.className = "anlan-message anlan-message--warning";
  said.setAttribute("role", "alert");
  said.setAttribute("data-push-said", "");
  said.textContent = words;
  if (!there) {
    form?.prepend(said);
  }
  said.scrollIntoView({ block: "nearest" });
}

// The value of the radio that this page's form asks about stands for "in this browser".
function wants(form: HTMLFormElement, by: HTMLButtonElement | null): boolean {
  const [name = "", value = ""] = (form.dataset.pushWhen ?? "").split("=");
  return !name || new FormData(form).get(name) === value || (by?.name === name && by.value === value);
}

async function ask(form: HTMLFormElement, found: PushSubscription): Promise<boolean> {
  const body = new FormData(form);
  body.set("want", "ask");
  body.set("subscription", JSON.stringify(found));
  const answer = await fetch(form.action, { method: "POST", body });
  return answer.ok && ((await answer.json()) as { on: boolean }).on;
}

async function begin(form: HTMLFormElement, key: string, worker: string, scope: string): Promise<void> {
  show("able", able());
  show("unable", !able());
  if (!able()) {
    const [name, value] = (form.dataset.pushWhen ?? "").split("=");
    const radio = form.querySelector<HTMLInputElement>(`[name="${name}"][value="${value}"][type=radio]`);
    if (radio) {
      radio.disabled = true;
    }
    return;
  }
  // Which button sent the form, for browsers that do not say so.
  let by: HTMLButtonElement | null = null;
  form.addEventListener("click", (event) => {
    by = (event.target as Element).closest("button") ?? by;
  });
  form.addEventListener("submit", (event) => {
    if (!wants(form, by)) {
      return;
    }
    event.preventDefault();
    void running(worker, scope)
      .then((kept) => subscribe(kept, key))
      .then((found) => {
        if (!found) {
          told(form.dataset.pushDenied ?? "");
          return;
        }
        hidden(form, "subscription", JSON.stringify(found));
        // A form that a script sends goes without its button.
        if (by?.name) {
          hidden(form, by.name, by.value);
        }
        form.submit();
      })
      .catch(() => told(form.dataset.pushFailed ?? ""));
  });
  if ("pushAsk" in form.dataset) {
    const found = await subscribed(await navigator.serviceWorker.getRegistration(scope), key);
    const on = found !== null && (await ask(form, found));
    show("is", on);
    show("not", !on);
  }
}

const { push, pushWorker, pushScope } = form?.dataset ?? {};
if (form && push && pushWorker && pushScope) {
  void begin(form, push, pushWorker, pushScope).catch(() => undefined);
}
