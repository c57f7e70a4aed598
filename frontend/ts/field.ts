// SPDX-License-Identifier: Apache-2.0
// The field app: a grid worker's whole day on the phone, with signal or without. docs/decisions/field.md
import { button, h, link, message, type Child } from "./field/dom";
import { line } from "./field/door";
import { chooseScreen, doScreen, newScreen } from "./field/do";
import { drawLeft } from "./field/left";
import * as model from "./field/model";
import { actOf, outbox } from "./field/outbox";
import { isCalm, keepHearing } from "./field/hear";
import { follow, walkScreen } from "./field/patrol";
import { alertOf, band, caseOf, tasks } from "./field/screens";
import { finishSignIn, lockIfUnused, lockScreen, phoneScreen, setUp, used } from "./field/setup";
import { isLocked, isOpen } from "./field/store";
import { listen, round, signal } from "./field/sync";
import { clearNotes, drawWith, failed, heading, redraw, route, title } from "./field/ui";
import { install, lookForNewer, newer, take } from "./field/updates";
import { addresses, say, zoneDiffers } from "./field/words";

const EACH = 60_000;
const RARELY = 15 * EACH;
const CUT = "anlan-demo-cut";
const WRITING = ["do", "new", "phone", "walk"];

const app = document.getElementById("app") as HTMLElement;
const bar = document.getElementById("bar") as HTMLElement;
const alerts = document.getElementById("alerts") as HTMLElement;
const cut = document.getElementById("cut");
const shownSignal = document.getElementById("signal") as HTMLElement;

// Ended by its day, not by somebody: who is signed in here goes on without being asked. Tried once.
const RENEWED = ["expired", "no_token"];
let renewing = "";
let drawing = 0;
let moving = false;
let shownOpen = false;
let shownText = "";

async function screen(): Promise<Child> {
  const [where = "", one = "", two = ""] = route();
  const kit = await model.kit();
  const me = await model.phone();
  if (!me) {
    return setUp();
  }
  if (where === "phone") {
    return phoneScreen(me);
  }
  if (!kit) {
    return [title(say("loading")), h("p", {}, say(signal.state === "none" ? "first_signal" : "loading_why"))];
  }
  switch (where) {
    case "case":
      return caseOf(kit, one);
    case "do":
      return doScreen(kit, one, two);
    case "new":
      return one && two ? newScreen(kit, one, two) : chooseScreen(kit);
    case "alert":
      return alertOf(one);
    case "walk":
      return walkScreen(kit);
    case "sent":
      return outbox(kit);
    case "act":
      return actOf(kit, one);
    default:
      return tasks(kit, one);
  }
}

// Draws where one is. `moved`: one came here just now. Of several begun at once the last is drawn.
async function show(moved: boolean): Promise<void> {
  const turn = ++drawing;
  moving = moving || moved;
  const open = isOpen();
  let found: Child;
  try {
    found = open ? await screen() : (await isLocked()) ? lockScreen() : setUp();
  } catch (error) {
    failed(error);
    return;
  }
  if (turn !== drawing) {
    return;
  }
  // Cleared or locked while this was drawn: what it says may be seen no more.
  if (open !== isOpen()) {
    return show(moved);
  }
  const at = window.scrollY;
  shownOpen = open;
  if (shownOpen) {
    void follow();
  }
  const made = h("div", {}, heading(), found);
  const text = made.outerHTML.replace(/blob:[^"]*/g, "");
  // What says the same stays as it is: with what is opened in it, what is typed and where the focus is.
  if (moving || text !== shownText) {
    app.replaceChildren(made);
    shownText = text;
  }
  if (moving) {
    clearNotes();
    window.scrollTo(0, 0);
    app.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  } else {
    window.scrollTo(0, at);
  }
  moving = false;
  await frame();
}

async function frame(): Promise<void> {
  const waiting = isOpen() ? await model.unsent() : [];
  const on = waiting.filter((act) => act.state === "waiting").length;
  const yours = waiting.length - on;
  const words = { new: "", busy: signal.left ? say("sending_photos", { n: signal.left }) : say("talking"), good: "", none: say("no_signal") }[signal.state];
  shownSignal.replaceChildren([words, on ? say("waiting_count", { n: on }) : "", yours ? say("yours_count", { n: yours }) : ""].filter((one) => one).join(" · "));
  bar.hidden = !isOpen() || !(await model.phone());
  const here = route()[0] || "tasks";
  const way = (key: string, href: string, count = 0) =>
    h("a", { class: `anlan-app__way${count ? " anlan-app__way--told" : ""}`, href, "aria-current": here === key ? "page" : null }, say(`way_${key}`), count ? h("span", { class: "anlan-app__count" }, count) : null);
  bar.replaceChildren(way("tasks", "#/tasks"), way("new", "#/new"), way("sent", "#/sent", yours || on), way("phone", "#/phone"));
  alerts.replaceChildren(...(isOpen() ? band(await model.alerts(), await model.confirmed(), await model.kit()) : []));
  warn();
  void drawLeft();
  void keepHearing();
}

function warn(): void {
  const told: Child[] = [];
  if (signal.differs !== null) {
    told.push(message("warning", say(signal.differs > 0 ? "clock_ahead" : "clock_behind", { n: Math.max(1, Math.round(Math.abs(signal.differs) / 60)) })));
  }
  if (isOpen() && zoneDiffers()) {
    told.push(message("warning", say("zone_differs", { zone: say("zone") })));
  }
  if (signal.ended) {
    const again = signal.ended === "expired" || signal.ended === "no_token";
    told.push(message("error", say(`ended_${signal.ended}`), " ", again || signal.ended === "revoked" ? link(say("sign_in_again"), addresses.sign_in) : null));
  }
  const waiting = newer();
  if (waiting) {
    told.push(message("new", say(waiting.forced ? "newer_forced" : "newer"), " ", button(say("take_newer"), take, "secondary")));
  }
  document.getElementById("warnings")?.remove();
  if (told.length) {
    app.before(h("div", { id: "warnings" }, told));
  }
}

// Lists and cases follow what is heard; what somebody writes in does not move.
function heard(): void {
  if (RENEWED.includes(signal.ended) && isOpen() && renewing !== signal.ended) {
    renewing = signal.ended;
    void finishSignIn().catch(failed);
  }
  // What was erased by its office is gone from the screen too.
  const erased = shownOpen && !isOpen();
  void (erased || (isOpen() && !WRITING.includes(route()[0] ?? "")) ? redraw(erased) : frame());
}

// Only in a demo: what the app is like without signal, on any phone and at any desk, also after it was closed.
function pretend(none: boolean): void {
  line.cut = none;
  signal.state = none ? "none" : signal.state;
  if (cut) {
    cut.textContent = say(none ? "uncut" : "cut");
    cut.setAttribute("aria-pressed", String(none));
  }
}
if (cut) {
  pretend(localStorage.getItem(CUT) !== null);
  cut.addEventListener("click", () => {
    pretend(!line.cut);
    if (line.cut) {
      localStorage.setItem(CUT, "");
    } else {
      localStorage.removeItem(CUT);
    }
    void (line.cut ? frame() : round());
  });
}

drawWith(show);
listen(heard);
window.addEventListener("hashchange", () => void redraw(true));
window.addEventListener("online", () => void round());
window.addEventListener("offline", () => {
  signal.state = "none";
  void frame();
});
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, used, { passive: true });
}
function look(): void {
  if (document.visibilityState === "visible" && (isOpen() || signal.sealed)) {
    void round();
  }
}
document.addEventListener("visibilitychange", () => {
  void keepHearing();
  look();
});
setInterval(() => {
  lockIfUnused();
  void isCalm().then((calm) => calm || look());
}, EACH);

void install(() => void frame(), () => void round()).catch(() => undefined);
setInterval(() => void lookForNewer(), RARELY);
void redraw(true);
void isLocked().then((locked) => {
  if (!locked) {
    void round();
  }
});
