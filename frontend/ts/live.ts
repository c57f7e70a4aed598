// SPDX-License-Identifier: Apache-2.0
// An open page hears which cases changed and reads its list and its counts anew. What the reader has chosen, where they are and
// what they write stays. When nothing can be heard, it says so and looks by itself.
const GAP = 5_000;
const LOOK = 30_000;
const PATIENCE = 10_000;
// The reader's own act comes back as an event a second or two later: what the page shows then is that already.
const OWN = 4_000;
const KEPT = "[data-live]";
const PARTS = [".moj-side-navigation", ".anlan-list, .anlan-empty"];

interface Told {
  name: string;
  cases: string[];
  at: number;
}

const box = document.querySelector<HTMLElement>(KEPT);
let readAt = Date.now();
let actedAt = Date.now();
let due = 0;
let down = 0;
let looking = 0;

function shown(): string {
  return /\/cases\/(\d+)/.exec(location.pathname)?.[1] ?? "";
}

function tell(which: "changed" | "down" | "over" | ""): void {
  if (!box) {
    return;
  }
  box.hidden = !which;
  for (const part of Array.from(box.querySelectorAll<HTMLElement>("[data-tells]"))) {
    part.hidden = part.dataset.tells !== which;
  }
}

function mark(list: Element, before: Set<string>): void {
  for (const row of Array.from(list.querySelectorAll<HTMLElement>("[data-number]"))) {
    const number = row.dataset.number ?? "";
    row.classList.toggle("anlan-item--new", before.size > 0 && !before.has(number));
    if (number && number.padStart(16, "0") === shown().padStart(16, "0")) {
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

function hear(told: Told): void {
  if (told.name === "over") {
    tell("over");
  } else if (told.name === "cases" || told.name === "anew") {
    const mine = shown().padStart(16, "0");
    if (shown() && Date.now() - actedAt > OWN && told.cases.includes(mine)) {
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

let up: boolean | null = null;

function changeTo(open: boolean): void {
  if (up !== open) {
    up = open;
    stand(open);
  }
}

// What changed after this page was read and before the stream began was told to nobody here.
function begin(at: number): void {
  changeTo(true);
  if (at > Number(box?.dataset.heard)) {
    readSoon();
  }
}

function listen(address: string, worker: string): void {
  if (typeof SharedWorker === "function" && worker) {
    // One stream for all pages of this browser that show the same post.
    const shared = new SharedWorker(worker, { name: address, type: "module" });
    shared.port.onmessage = (event: MessageEvent<Told>) => {
      if (event.data.name === "up") {
        begin(event.data.at);
      } else if (event.data.name === "down") {
        changeTo(false);
      } else {
        hear(event.data);
      }
    };
    shared.port.start();
    return;
  }
  const stream = new EventSource(address, { withCredentials: true });
  stream.addEventListener("here", (event) => {
    begin((JSON.parse((event as MessageEvent<string>).data) as Told).at);
  });
  stream.onerror = () => changeTo(false);
  for (const name of ["cases", "anew", "over"]) {
    stream.addEventListener(name, (event) => {
      const data = JSON.parse((event as MessageEvent<string>).data) as Partial<Told>;
      hear({ name, cases: data.cases ?? [], at: 0 });
    });
  }
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

export {};
