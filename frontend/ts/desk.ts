// SPDX-License-Identifier: Apache-2.0
// The desk: a case opens beside its list without a new page, and the keyboard does what the cards say.
import htmx from "htmx.org";
import "./alerts";
import "./attend";
import "./back";
import "./conditions";
import "./leave";
import "./live";
import { pick, pickUpTo } from "./many";
import "./replies";
import { say } from "./strip";
import "./seek";
import "./veil";
import "./when";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.scrollIntoViewOnBoost = false;
// Pages hold what residents wrote: the browser keeps no copy of them for its Back button.
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
// A form that was refused comes back as a page of its own status.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(09|22)", swap: true },
  { code: "[45]..", swap: false, error: true },
];

// A list that came by itself opens its cases beside it too.
document.addEventListener("anlan:fresh", (event) => htmx.process((event as CustomEvent<Element>).detail));

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && target.type === "checkbox") {
    return false;
  }
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function links(): HTMLAnchorElement[] {
  return Array.from(document.querySelectorAll<HTMLAnchorElement>(".anlan-desk__list .anlan-item__link"));
}

function place(all: HTMLAnchorElement[]): number {
  const focused = all.findIndex((link) => link.parentElement?.contains(document.activeElement));
  return focused >= 0 ? focused : all.findIndex((link) => link.hasAttribute("aria-current"));
}

function step(by: number): void {
  const all = links();
  all[Math.min(Math.max(place(all) + by, 0), all.length - 1)]?.focus();
}

// The case after the one that is shown, past those that are on their way: where an act goes on to.
function nextNumber(): string {
  const all = links();
  const shown = all.findIndex((link) => link.hasAttribute("aria-current"));
  const rest = shown < 0 ? [] : all.slice(shown + 1).map((link) => link.parentElement);
  return rest.find((row) => !row?.matches(".anlan-item--leaving, .anlan-item--left"))?.dataset.number ?? "";
}

document.addEventListener("submit", (event) => {
  const form = event.target instanceof HTMLFormElement && event.target.matches("[data-act]") ? event.target : null;
  const next = form?.elements.namedItem("next");
  if (next instanceof HTMLInputElement) {
    next.value = nextNumber();
  }
}, true);

document.addEventListener("keydown", (event) => {
  // A form is sent from wherever one writes in it, once.
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !event.repeat) {
    const send = document.querySelector<HTMLElement>("[data-send]");
    if (send) {
      event.preventDefault();
      send.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
  } else if (key === "x") {
    const row = links()[place(links())]?.parentElement;
    (event.shiftKey ? pickUpTo : pick)(row);
  } else if (key === "/") {
    document.querySelector<HTMLInputElement>(".anlan-desk__list [type=search]")?.focus();
  } else if (key === "?") {
    const keys = document.querySelector<HTMLDetailsElement>("#keys");
    if (keys) {
      keys.open = !keys.open;
      keys.querySelector("summary")?.focus();
    }
  } else {
    // Enter keeps its meaning on whatever has the focus; the heading of a case just opened has none of its own.
    const idle = event.target === document.body || (event.target as Element).classList.contains("anlan-title");
    const deed =
      event.repeat || (event.key === "Enter" && !idle)
        ? undefined
        : Array.from(document.querySelectorAll<HTMLElement>("[data-key]")).find((each) =>
            [each.dataset.key, each.dataset.letter].some((one) => one?.toLowerCase() === key),
          );
    if (!deed) {
      return;
    }
    deed.click();
  }
  event.preventDefault();
});

// The list begins at the case that is shown, however far down it stands; read again by Back or reload, where it was.
const list = document.querySelector<HTMLElement>(".anlan-desk__list");
const PLACE = "anlan-list";
const [kept, top] = (sessionStorage.getItem(PLACE) ?? "|").split("|");
if (list && kept === location.search) {
  list.scrollTop = Number(top);
}
addEventListener("pagehide", () => {
  sessionStorage.setItem(PLACE, `${location.search}|${list?.scrollTop ?? 0}`);
});
document.querySelector(".anlan-desk__list .anlan-item__link[aria-current]")?.scrollIntoView({ block: "nearest" });

// The case that is shown is the one marked in the list, and on a narrow screen it takes the list's place.
document.addEventListener("htmx:afterSwap", (event) => {
  if (!(event.target instanceof Element) || event.target.id !== "case") {
    return;
  }
  for (const link of links()) {
    if (link.pathname === location.pathname) {
      link.setAttribute("aria-current", "true");
      link.scrollIntoView({ block: "nearest" });
    } else {
      link.removeAttribute("aria-current");
    }
  }
  const desk = document.querySelector(".anlan-desk");
  desk?.classList.replace("anlan-desk--list", "anlan-desk--case");
  const opened = document.querySelector<HTMLElement>("#case");
  opened?.scrollTo({ top: 0 });
  opened?.querySelector<HTMLElement>(".anlan-title")?.focus({ preventScroll: true });
});

// What the server refuses outright is shown as it says it; without a connection nothing was sent, and the person hears so.
document.addEventListener("htmx:responseError", () => {
  location.reload();
});
document.addEventListener("htmx:sendError", () => {
  const said = document.querySelector<HTMLElement>("#said");
  say(said?.dataset.lost ?? "", true);
});
