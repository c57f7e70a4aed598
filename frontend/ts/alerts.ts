// SPDX-License-Identifier: Apache-2.0
// The band of alerts on a page that stands open: read anew when the live service says so, and now and then where it is not heard.
const LOOK = 30_000;
// Everybody in the place hears it in the same second: each asks at a chance of their own.
const SPREAD = 3_000;

let due = 0;
let heard = false;

function band(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-alerts]");
}

async function read(): Promise<void> {
  due = 0;
  const address = band()?.dataset.alerts;
  if (!address || document.visibilityState !== "visible") {
    return;
  }
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-alerts]");
  const old = band();
  // What is read out is what changed: the same words again are left as they are.
  if (fresh && old && old.innerHTML !== fresh.innerHTML) {
    old.innerHTML = fresh.innerHTML;
  }
}

function readSoon(): void {
  if (!due) {
    due = window.setTimeout(() => void read(), Math.random() * SPREAD);
  }
}

if (band()) {
  document.addEventListener("anlan:alerts", readSoon);
  document.addEventListener("anlan:live", (event) => {
    heard = (event as CustomEvent<boolean>).detail;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      readSoon();
    }
  });
  window.setInterval(() => {
    if (!heard) {
      void read();
    }
  }, LOOK);
}
