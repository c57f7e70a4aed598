// SPDX-License-Identifier: Apache-2.0
// The open page of one report shows by itself what changes in it. When nothing can be heard, it says so and looks by itself.
import { follow, type Told } from "./live-stream";
import { teller } from "./live-tells";

const LOOK = 30_000;
const PATIENCE = 10_000;
const SPREAD = 1_000;
// What happened: all else may read differently without news.
const TOLD = ".moj-timeline";

const box = document.querySelector<HTMLElement>("[data-story]");
const tell = teller(box);
let due = 0;
let missed = false;
let down = 0;
let looking = 0;
let telling = 0;

function words(part: Element | null): string {
  return part?.textContent ?? "";
}

async function read(): Promise<void> {
  due = 0;
  missed = document.visibilityState !== "visible";
  if (missed) {
    return;
  }
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.redirected) {
    location.reload(); // it may not be read here any more
  }
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, fresh] = [document.getElementById("story"), page.getElementById("story")];
  if (!old || !fresh || words(old) === words(fresh)) {
    return;
  }
  const news = words(old.querySelector(TOLD)) !== words(fresh.querySelector(TOLD));
  const href = old.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  const open = Array.from(old.querySelectorAll("details"), (fold) => fold.open);
  fresh.querySelectorAll("details").forEach((fold, n) => (fold.open = open[n] ?? false));
  old.replaceWith(fresh);
  if (href) {
    Array.from(fresh.querySelectorAll("a")).find((link) => link.getAttribute("href") === href)?.focus({ preventScroll: true });
  }
  if (news && !looking) {
    tell("changed");
    window.clearTimeout(telling);
    telling = window.setTimeout(() => looking || tell(""), LOOK);
  }
}

function readSoon(): void {
  due ||= window.setTimeout(() => void read(), Math.random() * SPREAD);
}

function hear(told: Told): void {
  if (told.name === "down") {
    down ||= window.setTimeout(() => {
      tell("down");
      looking = window.setInterval(() => void read(), LOOK);
    }, PATIENCE);
    return;
  }
  window.clearTimeout(down);
  window.clearInterval(looking);
  if (looking) {
    tell("");
  }
  down = looking = 0;
  if (told.name === "over") {
    location.reload();
  } else if (told.name !== "here") {
    readSoon();
  }
}

if (box?.dataset.story) {
  hear({ name: "down", cases: [], more: 0, at: 0 });
  follow(box.dataset.story, hear, { after: Number(box.dataset.heard) });
  document.addEventListener("visibilitychange", () => {
    if (missed || looking) {
      readSoon();
    }
  });
}
