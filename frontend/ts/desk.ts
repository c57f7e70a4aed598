// SPDX-License-Identifier: Apache-2.0
// The desk: a case opens beside its list without a new page, and the keyboard does what the cards say.
import htmx from "htmx.org";
import "./back";
import "./conditions";
import "./when";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.scrollIntoViewOnBoost = false;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function links(): HTMLAnchorElement[] {
  return Array.from(document.querySelectorAll<HTMLAnchorElement>(".anlan-desk__list .anlan-item__link"));
}

function step(by: number): void {
  const all = links();
  const focused = all.indexOf(document.activeElement as HTMLAnchorElement);
  const from = focused >= 0 ? focused : all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(from + by, 0), all.length - 1)];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
    event.preventDefault();
    return;
  }
  if (event.key === "/") {
    document.querySelector<HTMLInputElement>(".anlan-desk__list [type=search]")?.focus();
    event.preventDefault();
    return;
  }
  // Enter keeps its meaning on whatever has the focus; the heading of a case just opened has none of its own.
  const idle = event.target === document.body || (event.target as Element).classList.contains("anlan-title");
  if (event.key === "Enter" && !idle) {
    return;
  }
  for (const deed of document.querySelectorAll<HTMLElement>("[data-key]")) {
    if (deed.dataset.key?.toLowerCase() === event.key.toLowerCase()) {
      deed.click();
      event.preventDefault();
      return;
    }
  }
});

// The list begins at the case that is shown, however far down it stands.
document.querySelector(".anlan-desk__list .anlan-item__link[aria-current]")?.scrollIntoView({ block: "nearest" });

// The case that is shown is the one marked in the list, and on a narrow screen it takes the list's place.
document.addEventListener("htmx:afterSwap", (event) => {
  if (!(event.target instanceof Element) || event.target.id !== "case") {
    return;
  }
  for (const link of links()) {
    if (link.pathname === location.pathname) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  const desk = document.querySelector(".anlan-desk");
  desk?.classList.replace("anlan-desk--list", "anlan-desk--case");
  document.querySelector<HTMLElement>("#case .anlan-title")?.focus({ preventScroll: true });
});
