// SPDX-License-Identifier: Apache-2.0
// An open page hears which cases changed and reads its list and its counts anew. What the reader has chosen, where they are and
// what they write stays. When nothing can be heard, it says so and looks by itself.
import { follow, type Told } from "./live-stream";
import { teller } from "./live-tells";

const GAP = 5_000;
const LOOK = 30_000;
const PATIENCE = 10_000;
// The reader's own act comes back as an event a second or two later: what the page shows then is that already.
const OWN = 4_000;
const PARTS = [".moj-side-navigation", "[data-cases]"];

const box = document.querySelector<HTMLElement>("[data-live]");
const tell = teller(box);
let readAt = Date.now();
let actedAt = Date.now();
let due = 0;
let down = 0;
let looking = 0;
let up: boolean | null = null;
let heardBefore = false;

function shown(): string {
  return /\/cases\/(\d+)/.exec(location.pathname)?.[1]?.padStart(16, "0") ?? "";
}

function mark(list: Element, before: Set<string>): void {
  for (const row of Array.from(list.querySelectorAll<HTMLElement>("[data-number]"))) {
    const number = row.dataset.number ?? "";
    row.classList.toggle("anlan-item--new", before.size > 0 && !before.has(number));
    if (number.padStart(16, "0") === shown()) {
      row.querySelector("a")?.setAttribute("aria-current", "true");
    }
  }
}

function put(old: Element, fresh: Element): void {
  const rows = Array.from(old.querySelectorAll<HTMLElement>("[data-number]"));
  const before = new Set(rows.map((row) => row.dataset.number ?? ""));
  const chosen = new Set(rows.filter((row) => row.querySelector<HTMLInputElement>("input")?.checked).map((row) => row.dataset.number));
  const focused = old.contains(document.activeElement) ? document.activeElement?.closest<HTMLElement>("[data-number]")?.dataset.number : "";
  old.replaceWith(fresh);
  mark(fresh, before);
  for (const row of Array.from(fresh.querySelectorAll<HTMLElement>("[data-number]"))) {
    const tick = row.querySelector<HTMLInputElement>("input");
    if (tick && chosen.has(row.dataset.number)) {
      tick.checked = true;
      tick.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (focused && row.dataset.number === focused) {
      row.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
    }
  }
  document.dispatchEvent(new CustomEvent("anlan:fresh", { detail: fresh }));
}

async function read(): Promise<void> {
  due = 0;
  document.dispatchEvent(new CustomEvent("anlan:changed"));
  if (document.visibilityState !== "visible" || !box?.dataset.list) {
    return;
  }
  readAt = Date.now();
  const answer = await fetch(box.dataset.list, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of PARTS) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh && old.outerHTML !== fresh.outerHTML) {
      put(old, fresh);
    }
  }
}

function readSoon(): void {
  if (!due) {
    due = window.setTimeout(() => void read(), Math.max(0, readAt + GAP - Date.now()) + Math.random() * 1000);
  }
}

// Whether rows or the case that stand here are among those that are told of.
function concerns(told: Told): boolean {
  const here = Array.from(document.querySelectorAll<HTMLElement>("[data-cases] [data-number]"), (row) => row.dataset.number?.padStart(16, "0") ?? "");
  return told.more > 0 || told.cases.some((number) => here.includes(number));
}

async function readClaim(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-claimed]");
  const answer = place && (await fetch(place.dataset.claimed ?? "", { headers: { Accept: "text/html" } }).catch(() => null));
  if (!answer?.ok || answer.redirected || !place) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  // What is read out is what changed.
  if (fresh.textContent?.trim() !== place.textContent?.trim()) {
    place.replaceChildren(...Array.from(fresh.childNodes));
  }
}

function hear(told: Told): void {
  switch (told.name) {
    case "here":
      // Claims that began or ended meanwhile are told nobody: everybody asks, at a chance of their own.
      if (heardBefore && !up) {
        window.setTimeout(readSoon, Math.random() * LOOK);
        void readClaim();
      }
      heardBefore = true;
      changeTo(true);
      // What changed after this page was read and before the stream began was told to nobody here.
      if (told.at > Number(box?.dataset.heard)) {
        document.dispatchEvent(new CustomEvent("anlan:alerts"));
        readSoon();
      }
      break;
    case "down":
      changeTo(false);
      break;
    case "over":
      tell("over");
      break;
    case "claims":
      if (shown() && (told.more > 0 || told.cases.includes(shown()))) {
        void readClaim();
      }
      if (concerns(told)) {
        readSoon();
      }
      break;
    case "alerts":
      document.dispatchEvent(new CustomEvent("anlan:alerts"));
      break;
    default:
      if (told.name === "anew") {
        document.dispatchEvent(new CustomEvent("anlan:alerts"));
      }
      if (shown() && Date.now() - actedAt > OWN && told.cases.includes(shown())) {
        tell("changed");
      }
      readSoon();
  }
}

function stand(open: boolean): void {
  window.clearTimeout(down);
  window.clearInterval(looking);
  looking = 0;
  if (open) {
    if (box?.querySelector("[data-tells=down]:not([hidden])")) {
      tell("");
    }
    return;
  }
  down = window.setTimeout(() => {
    tell("down");
    looking = window.setInterval(() => void read(), LOOK);
  }, PATIENCE);
}


function changeTo(open: boolean): void {
  if (up !== open) {
    up = open;
    document.dispatchEvent(new CustomEvent("anlan:live", { detail: open }));
    stand(open);
  }
}

function listen(address: string, worker: string): void {
  if (typeof SharedWorker !== "function" || !worker) {
    follow(address, hear);
    return;
  }
  // One stream for all pages of this browser that show the same post.
  const shared = new SharedWorker(worker, { name: address, type: "module" });
  shared.port.onmessage = (event: MessageEvent<Told>) => hear(event.data);
}

if (box?.dataset.live) {
  changeTo(false);
  listen(box.dataset.live, box.dataset.worker ?? "");
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      readSoon();
    }
  });
  document.addEventListener("submit", () => {
    actedAt = Date.now();
  });
  document.addEventListener("htmx:afterSettle", () => {
    actedAt = Date.now();
    tell("");
  });
}
