// SPDX-License-Identifier: Apache-2.0
// The band of alerts on a page that stands open, and the page of one: read anew when the live service says so, and now and then where it
// is not heard.
const LOOK = 30_000;
// Everybody in the place hears it in the same second: each asks at a chance of their own.
const SPREAD = 3_000;

let due = 0;
let heard = false;

function band(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-alerts]");
}

async function ask(address: string): Promise<Document | null> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  return answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function read(): Promise<void> {
  due = 0;
  if (document.visibilityState === "visible") {
    await Promise.all([readBand(), readOne()]);
  }
}

async function readBand(): Promise<void> {
  const address = band()?.dataset.alerts;
  const fresh = address ? (await ask(address))?.querySelector("[data-alerts]") : null;
  const old = band();
  // What is read out is what changed: the same words again are left as they are.
  if (fresh && old && old.innerHTML !== fresh.innerHTML) {
    old.innerHTML = fresh.innerHTML;
  }
}

// The parts of the page of one alert that follow it: the first says how it stands; while that is the same, so are the others.
async function readOne(): Promise<void> {
  const parts = document.querySelectorAll("[data-follows]");
  const fresh = parts.length ? (await ask(location.href))?.querySelectorAll("[data-follows]") : undefined;
  if (fresh?.length === parts.length && fresh[0]?.innerHTML !== parts[0]?.innerHTML) {
    parts.forEach((part, n) => (part.innerHTML = fresh[n]?.innerHTML ?? ""));
  }
}

function readSoon(): void {
  if (!due) {
    due = window.setTimeout(() => void read(), Math.random() * SPREAD);
  }
}

if (band() || document.querySelector("[data-follows]")) {
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
