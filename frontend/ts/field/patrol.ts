// SPDX-License-Identifier: Apache-2.0
// A patrol: which grids were walked, and nothing else. No position is kept anywhere, not even here: each is turned into the grid that it
// lies in at once and forgotten. docs/decisions/patrols.md
import { newId } from "../phone/store";
import { back, button, card, errors, h, message, pill, type Child } from "./dom";
import * as model from "./model";
import { now } from "./moment";
import { all, change, get, isOpen } from "./store";
import { round, sayProblem } from "./sync";
import { failed, go, redraw, title } from "./ui";
import { comma, day, say, when } from "./words";

export type Outline = { code: string; rings: number[][] };
export type Patrol = { id: string; day: string; places: string[]; state: "waiting" | "refused" | "sent"; problem: model.Problem | null; arrived: string | null };
// A patrol that is under way: how often the phone was found in a grid, and what its person said of a grid themselves.
type Walk = { began: string; seen: Record<string, number>; said: Record<string, boolean> };

const NOW = "walk/now";
const UNIT = 1e5; // outlines are in whole units of 1e-5 degree
const EXACT = 60; // metres; a position less exact than that says nothing of a grid
const OFTEN = 3; // times found inside before a grid counts: one stray position is no walk
const EACH = 10_000; // a position is looked at no oftener, for the battery's sake
const KEEP_SENT = 10;

let watch: number | null = null;
let lookedAt = 0;
let exact: number | null = null;
let lost = false;
let shown: () => Promise<void> = () => Promise.resolve(); // brings the screen of a walk up to date without drawing it anew
let found: Record<string, number> = {}; // since it was last written down

export async function patrols(): Promise<Patrol[]> {
  return (await all<Patrol>("patrol")).sort((one, other) => (one.id < other.id ? 1 : -1));
}

export async function walking(): Promise<boolean> {
  return (await get<Walk>(NOW)) !== undefined;
}

// Inside where a line from the point to the east crosses the rings an odd number of times.
export function inside(lng: number, lat: number, rings: readonly (readonly number[])[]): boolean {
  let odd = false;
  for (const ring of rings) {
    for (let n = 0; n + 3 < ring.length; n += 2) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = ring.slice(n, n + 4);
      if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) {
        odd = !odd;
      }
    }
  }
  return odd;
}

export async function outlinesOf(): Promise<Outline[]> {
  return (await get<Outline[]>("me/outlines")) ?? [];
}

// The grid of a position that is exact enough to say one; else nothing.
export function gridAt(coords: GeolocationCoordinates, outlines: readonly Outline[]): string {
  const holds = (one: Outline) => inside(coords.longitude * UNIT, coords.latitude * UNIT, one.rings);
  return coords.accuracy <= EXACT ? (outlines.find(holds)?.code ?? "") : "";
}

async function at({ coords }: GeolocationPosition): Promise<void> {
  if (Date.now() - lookedAt < EACH) {
    return;
  }
  lookedAt = Date.now();
  lost = false;
  exact = coords.accuracy;
  if (coords.accuracy <= EXACT && isOpen()) {
    for (const one of await outlinesOf()) {
      if (inside(coords.longitude * UNIT, coords.latitude * UNIT, one.rings)) {
        found[one.code] = (found[one.code] ?? 0) + 1;
      }
    }
    await note();
  }
  await shown();
}

// What was found is written down at once, so that a killed app loses nothing of it.
async function note(): Promise<void> {
  const walk = await get<Walk>(NOW);
  const more = found;
  found = {};
  if (walk && Object.keys(more).length) {
    for (const [code, n] of Object.entries(more)) {
      walk.seen[code] = (walk.seen[code] ?? 0) + n;
    }
    await change({ put: { [NOW]: walk } });
  }
}

// Goes on where the app was closed or killed meanwhile.
export async function follow(): Promise<void> {
  if (watch === null && "geolocation" in navigator && (await walking())) {
    watch = navigator.geolocation.watchPosition(
      (position) => void at(position).catch(() => undefined),
      () => {
        lost = true;
        void shown().catch(() => undefined);
      },
      { enableHighAccuracy: true, maximumAge: EACH, timeout: 60_000 },
    );
  }
}

function stop(): void {
  if (watch !== null) {
    navigator.geolocation.clearWatch(watch);
  }
  watch = null;
  exact = null;
  lost = false;
  found = {};
}

async function keep(places: string[]): Promise<void> {
  const at = new Date(now());
  const id = model.asUuid(newId());
  const made: Patrol = { id, day: day(at), places, state: "waiting", problem: null, arrived: null };
  stop();
  // One transaction: what is to be sent is there, what it came from is gone.
  await change({ put: { [`patrol/${id}`]: made }, remove: [NOW] });
  void round();
}

export async function settle(patrol: Patrol, problem: model.Problem | null): Promise<void> {
  const old = (await patrols()).filter((one) => one.state === "sent").slice(KEEP_SENT - 1);
  await change({
    put: { [`patrol/${patrol.id}`]: { ...patrol, state: problem ? "refused" : "sent", problem, arrived: problem ? null : new Date(now()).toISOString() } },
    remove: old.map((one) => `patrol/${one.id}`),
  });
}

const thanks = () => message("success", h("p", { class: "anlan-message__word" }, say("walked_kept")));

export async function walkScreen(kit: model.Kit): Promise<Child> {
  const grids = kit.places.filter((place) => place.level === "grid");
  const walk = await get<Walk>(NOW);
  const head = [back(say("tasks"), "#/tasks"), title(say("patrol")), h("p", {}, say("patrol_why"))];
  if (!grids.length) {
    return [...head, h("p", { class: "anlan-empty" }, say("no_grids"))];
  }
  return walk ? [...head, ...under(kit, grids, walk)] : [...head, ...before(kit, grids)];
}

function before(kit: model.Kit, grids: readonly model.Place[]): Child[] {
  const start = async () => {
    const begun: Walk = { began: new Date(now()).toISOString(), seen: {}, said: {} };
    await change({ put: { [NOW]: begun } });
    await follow();
    await redraw(true);
  };
  const quiet = async (code: string) => {
    await keep([code]);
    go("#/walk", thanks());
  };
  return [
    button(say("patrol_start"), () => void start().catch(failed)),
    h("h2", { class: "anlan-card__title" }, say("quiet")),
    h("p", { class: "anlan-soft" }, say("quiet_why")),
    h("ul", { class: "govuk-list" }, grids.map((grid) => h("li", {}, button(model.placeName(kit, grid.code), () => void quiet(grid.code).catch(failed), "secondary")))),
  ];
}

function under(kit: model.Kit, grids: readonly model.Place[], walk: Walk): Child[] {
  const summary = h("div", {});
  const was = (code: string) => walk.said[code] ?? (walk.seen[code] ?? 0) >= OFTEN;
  const boxes = new Map<string, HTMLInputElement>();
  const where = h("p", { class: "anlan-soft", role: "status" });
  const tell = () => {
    where.textContent = lost ? say("patrol_lost") : exact === null ? say("locating") : say("patrol_exact", { n: Math.round(exact) });
  };
  shown = async () => {
    const now = isOpen() ? await get<Walk>(NOW) : undefined;
    boxes.forEach((box, code) => {
      box.checked = now?.said[code] ?? (box.checked || (now?.seen[code] ?? 0) >= OFTEN);
    });
    tell();
  };
  tell();
  const answer = async (code: string, yes: boolean) => {
    const now = (await get<Walk>(NOW)) ?? walk;
    await change({ put: { [NOW]: { ...now, said: { ...now.said, [code]: yes } } } });
    walk.said[code] = yes;
  };
  const tick = (grid: model.Place, n: number) => {
    const box = h("input", { class: "govuk-checkboxes__input", id: `grid-${n}`, type: "checkbox", change: () => void answer(grid.code, box.checked).catch(failed) });
    box.checked = was(grid.code);
    boxes.set(grid.code, box);
    return h("div", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: `grid-${n}` }, model.placeName(kit, grid.code)));
  };
  const finish = async (next: string) => {
    await note();
    const now = (await get<Walk>(NOW)) ?? walk;
    const places = grids.map((grid) => grid.code).filter((code) => now.said[code] ?? (now.seen[code] ?? 0) >= OFTEN);
    if (!places.length) {
      summary.replaceChildren(errors([{ id: "grid-0", words: say("which_grids") }]) ?? "");
      summary.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
      return;
    }
    await keep(places);
    go(next, thanks());
  };
  const away = async () => {
    if (confirm(say("patrol_drop_sure"))) {
      stop();
      await change({ remove: [NOW] });
      await redraw(true);
    }
  };
  return [
    summary,
    h("p", { class: "anlan-bold" }, say("patrol_since", { at: when(walk.began) })),
    where,
    h("fieldset", { class: "govuk-fieldset govuk-form-group" }, h("legend", { class: "govuk-fieldset__legend anlan-bold" }, say("grids_walked")), h("div", { class: "govuk-checkboxes" }, grids.map(tick))),
    h("div", { class: "anlan-choices" }, button(say("finish_quiet"), () => void finish("#/walk").catch(failed)), button(say("finish_report"), () => void finish("#/new").catch(failed), "secondary"), button(say("patrol_drop"), () => void away().catch(failed), "warning")),
  ];
}

// Among what was done here.
export async function patrolCard(kit: model.Kit): Promise<Child> {
  const own = await patrols();
  const tone = { waiting: "new", refused: "overdue", sent: "done" } as const;
  return own.length
    ? card(
        say("patrols"),
        h("ul", { class: "anlan-list" }, own.map((one) =>
          h("li", { class: "anlan-item" }, h("span", { class: "anlan-item__link" }, h("span", { class: "anlan-item__title" }, one.places.map((code) => model.placeName(kit, code)).join(comma)), h("span", { class: "anlan-item__pills" }, pill(say(`act_${one.state}`), tone[one.state])), h("span", { class: "anlan-item__under" }, one.problem ? sayProblem(one.problem) : one.arrived ? say("arrived", { at: when(one.arrived) }) : one.day))),
        )),
      )
    : null;
}
