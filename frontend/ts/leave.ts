// SPDX-License-Identifier: Apache-2.0
// Who signs out leaves this browser to others: what it is told by goes along, so that no notice of theirs comes here any more.
import { hidden } from "./phone/form";
import { able } from "./phone/subscribe";

const PATIENCE = 1_000;

async function given(scope: string): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration(scope);
  return (await worker?.pushManager.getSubscription()) ?? null;
}

const form = document.querySelector<HTMLFormElement>("form[data-leave]");
if (form && able()) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE));
    void Promise.race([given(form.dataset.leave ?? ""), late])
      .catch(() => null)
      .then((found) => {
        if (found) {
          hidden(form, "subscription", JSON.stringify(found));
        }
        form.submit();
      });
  });
}
