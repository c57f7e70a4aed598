// SPDX-License-Identifier: Apache-2.0
// Clears a phone that others use too: drafts, what waits, and what the worker holds. What the server's session may read ends
// with the form itself.
import { hidden } from "./form";
import { hello } from "./queue";
import { all, clear } from "./store";

const form = document.querySelector<HTMLFormElement>("form[data-clear]");

async function wipe(): Promise<void> {
  await clear();
  sessionStorage.clear();
  if ("caches" in window) {
    for (const name of await caches.keys()) {
      await caches.delete(name);
    }
  }
  if ("serviceWorker" in navigator) {
    for (const each of await navigator.serviceWorker.getRegistrations()) {
      await each.unregister();
    }
  }
}

// What somebody did with the field app on this phone and what has not arrived (field/store.ts), where the browser can tell.
async function unsentInTheField(): Promise<number> {
  const there = (await indexedDB.databases?.()) ?? [];
  if (!there.some((one) => one.name === "anlan-field")) {
    return 0;
  }
  return new Promise((done) => {
    const asked = indexedDB.open("anlan-field");
    asked.onerror = () => done(0);
    asked.onsuccess = () => {
      const counted = asked.result.transaction("sealed").objectStore("sealed").count();
      counted.onsuccess = () => done(counted.result);
      counted.onerror = () => done(0);
    };
  });
}

async function unsent(): Promise<number> {
  return (await all()).filter((row) => row.state !== "sent" || row.photos.length > 0).length + (await unsentInTheField());
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const warning = form.querySelector<HTMLElement>("[data-warning]");
  void (async () => {
    if (warning?.hidden && (await unsent())) {
      warning.hidden = false;
      return;
    }
    await wipe();
    try {
      // A page that opened without signal, or stood open for long, has no token that is good.
      hidden(form, "csrfmiddlewaretoken", (await hello()).token);
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      // Without signal the phone itself is cleared all the same.
      const done = form.querySelector<HTMLElement>("[data-done]");
      if (done && warning) {
        warning.hidden = true;
        done.hidden = false;
      }
      document.querySelector("[data-kept]")?.replaceChildren();
    }
  })().catch(() => HTMLFormElement.prototype.submit.call(form));
});

export {};
