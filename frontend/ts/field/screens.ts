// SPDX-License-Identifier: Apache-2.0
// What a person sees of their cases: the tasks, one case, and the way to do something with it.
import { back, button, card, h, link, message, pill, type Child } from "./dom";
import { lineOf, matterOf, officesOf, usedBefore } from "./matter";
import * as model from "./model";
import { now } from "./moment";
import { change } from "./store";
import { walking } from "./patrol";
import { round, signal } from "./sync";
import { failed, note, redraw, title } from "./ui";
import { inFours, isForeign, named, say, span, when, zoneDiffers, type Named } from "./words";

const EARTH = 6_371_000;
const HAND = "hand";
const CHECK = "check";
const OPEN = "open";
const NEAR = 4 * 3600_000; // as at the desk

let here: { lng: number; lat: number } | null = null;

type Row = { found: model.Case; actions: model.Action[]; metres: number | null };

function metres(found: model.Case): number | null {
  const point = model.told(found, "point") as { lng: number; lat: number } | undefined;
  if (!here || !point) {
    return null;
  }
  const rad = (units: number) => (units / 1e7) * (Math.PI / 180);
  const flat = Math.cos((rad(here.lat) + rad(point.lat)) / 2);
  return EARTH * Math.hypot(rad(point.lat) - rad(here.lat), (rad(point.lng) - rad(here.lng)) * flat);
}

function byDue(one: Row, other: Row): number {
  const last = "9";
  return Number(other.found.urgent) - Number(one.found.urgent) || ((one.found.due_at ?? last) < (other.found.due_at ?? last) ? -1 : 1);
}

function byDistance(one: Row, other: Row): number {
  return (one.metres ?? Infinity) - (other.metres ?? Infinity) || byDue(one, other);
}

export function duePill(due: string | null): HTMLElement | null {
  if (!due) {
    return null;
  }
  const left = new Date(due).getTime() - now();
  if (left < 0) {
    return pill(say("overdue", { duration: span(left) }), "overdue");
  }
  return left <= NEAR ? pill(say("left", { duration: span(left) }), "near") : pill(when(due), "intime");
}

// Rows that are drawn at once: a slow phone takes a second for some hundreds, and nobody reads so many.
const ROWS = 50;
let drawn = { list: "", n: ROWS };

export async function tasks(kit: model.Kit, which: string): Promise<Child> {
  const [waiting, held] = await Promise.all([model.acts(), model.cases()]);
  const rows = held.filter((found) => found.open).map((found) => ({ found, actions: model.possible(found, waiting, kit), metres: metres(found) }));
  const lists: Record<string, Row[]> = {
    [HAND]: rows.filter((row) => row.found.holder === kit.organisation),
    [CHECK]: rows.filter((row) => row.found.holder !== kit.organisation && row.actions.some((action) => action.key === "check")),
    [OPEN]: rows,
  };
  const chosen = lists[which] ? which : ([HAND, CHECK, OPEN].find((key) => lists[key]?.length) ?? HAND);
  const list = (lists[chosen] ?? []).sort(here ? byDistance : byDue);
  if (drawn.list !== chosen) {
    drawn = { list: chosen, n: ROWS };
  }
  const further = async () => {
    const before = drawn.n;
    drawn.n += ROWS;
    await redraw();
    document.querySelectorAll<HTMLElement>(".anlan-tasks .anlan-item__link")[before]?.focus();
  };
  const near = () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Kept nowhere: it is forgotten when the app is closed.
        here = { lng: coords.longitude * 1e7, lat: coords.latitude * 1e7 };
        void redraw();
      },
      () => note("warning", say("not_located")),
      { maximumAge: 60_000, timeout: 15_000 },
    );
  };
  return [
    title(say("tasks")),
    h("div", { class: "anlan-app__begin" }, h("a", { class: "govuk-button", href: "#/new", role: "button" }, say("report_it")), h("a", { class: "govuk-button govuk-button--secondary", href: "#/walk", role: "button" }, say((await walking()) ? "patrol_on" : "patrol"))),
    h(
      "ul",
      { class: "anlan-filters" },
      [HAND, CHECK, OPEN].map((key) =>
        h("li", {}, h("a", { class: "anlan-filters__link", href: `#/tasks/${key}`, "aria-current": key === chosen ? "true" : null }, say(`tasks_${key}`), ` ${(lists[key] ?? []).length}`)),
      ),
    ),
    list.length > 1 ? h("p", { class: "govuk-!-margin-bottom-1" }, here ? say("by_distance") : h("button", { type: "button", class: "govuk-link anlan-app__sort", click: near }, say("sort_near"))) : null,
    list.length
      ? [
          h("ul", { class: "anlan-list anlan-tasks" }, list.slice(0, drawn.n).map((row) => item(row, waiting, kit))),
          list.length > drawn.n ? h("p", {}, button(say("further", { n: Math.min(ROWS, list.length - drawn.n) }), () => void further(), "secondary")) : null,
        ]
      : h("p", { class: "anlan-empty" }, held.length || signal.state === "good" ? say("nothing") : say("not_heard")),
  ];
}

function item({ found, metres: far }: Row, waiting: readonly model.Act[], kit: model.Kit): HTMLElement {
  const { state, own } = model.ahead(found, waiting, kit);
  const words = model.first(found, "words");
  const distance = far === null ? "" : far < 950 ? say("metres", { n: Math.max(10, Math.round(far / 10) * 10) }) : say("km", { n: (far / 1000).toFixed(1) });
  return h(
    "li",
    { class: "anlan-item" },
    h(
      "a",
      { class: "anlan-item__link", href: `#/case/${found.number}` },
      h("span", { class: "anlan-item__title" }, model.titleOf(found, kit)),
      h("span", { class: "anlan-item__pills" }, found.urgent ? pill(say("urgent"), "urgent") : null, duePill(found.due_at), own.some((act) => act.state !== "sent") ? pill(say("waits"), "new") : null),
      words ? h("span", { class: "anlan-item__words" }, words.slice(0, 90)) : null,
      h("span", { class: "anlan-item__under" }, [distance, model.placeName(kit, found.place), state ? model.stateName(kit, found.procedure, found.version, state) : say("decided_there")].filter((one) => one).join(" · ")),
    ),
  );
}

export async function caseOf(kit: model.Kit, number: string): Promise<Child> {
  const found = await model.caseOf(number);
  if (!found) {
    return [back(say("tasks"), "#/tasks"), title(say("gone")), h("p", {}, say("gone_why"))];
  }
  const waiting = await model.acts();
  const { state, own } = model.ahead(found, waiting, kit);
  const actions = model.possible(found, waiting, kit);
  const main = model.mainOf(actions);
  const rest = actions.filter((one) => one !== main);
  const way = (action: model.Action, kind: string) =>
    h("a", { class: `govuk-button${kind}`, role: "button", href: `#/do/${number}/${action.key}` }, named(action.words));
  return [
    back(say("tasks"), "#/tasks"),
    h("p", { class: "govuk-!-margin-bottom-1" }, found.urgent ? pill(say("urgent"), "urgent") : null, " ", found.open ? duePill(found.due_at) : null, " ", pill(state ? model.stateName(kit, found.procedure, found.version, state) : say("decided_there"), found.open ? "plain" : "done")),
    title(model.titleOf(found, kit)),
    h("ul", { class: "anlan-meta" }, h("li", {}, model.placeName(kit, found.place)), h("li", { class: "anlan-number" }, inFours(found.number)), h("li", {}, when(found.opened_at))),
    own.filter((act) => act.state !== "sent").map((act) => mine(act, kit)),
    usedBefore(found),
    main || rest.length
      ? h("div", { class: "anlan-deeds" }, main ? way(main, "") : null, rest.length ? h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, say("other_deeds"))), h("div", { class: "govuk-details__text anlan-choices" }, rest.map((action) => way(action, " govuk-button--secondary")))) : null)
      : null,
    await matterOf(found, kit),
    card(say("story"), officesOf(found), h("ol", { class: "anlan-app__story" }, found.entries.map((entry) => lineOf(entry, found, kit)))),
  ];
}

// What stands on every screen, the gravest first. `read`: what its person has confirmed and that has not arrived yet.
export function band(alerts: readonly model.Alert[], read: readonly string[], kit: model.Kit | undefined): HTMLElement[] {
  return alerts.map((one) =>
    h(
      "a",
      { class: `anlan-alert anlan-alert--${one.drill ? "drill" : one.level}`, href: `#/alert/${one.number}` },
      one.drill ? h("strong", { class: "anlan-alert__drill" }, say("drill")) : null,
      h("strong", { class: "anlan-alert__word" }, `${named(one.words_of_level)} · ${named(one.hazard)}`),
      h("span", { class: "anlan-alert__title" }, inTongue(one.title), isForeign(one.title) ? ` (${say("in_chinese")})` : ""),
      h("span", { class: "anlan-alert__where" }, `${kit ? model.placeName(kit, one.place) : ""} · ${say("until_when", { at: when(one.ends) })}`),
      one.asks && !read.includes(one.number) ? h("span", { class: "anlan-alert__ask" }, say("please_confirm")) : null,
    ),
  );
}

// Read out in the voice of its own language.
function inTongue(both: Named): Child {
  return isForeign(both) ? h("span", { lang: "zh-Hans" }, both.zh) : named(both);
}

function onlyChinese({ title: head, words }: model.Alert): string {
  return isForeign(head) && isForeign(words) ? "alert_chinese" : isForeign(head) ? "title_chinese" : "words_chinese";
}

export async function alertOf(number: string): Promise<Child> {
  const found = (await model.alerts()).find((one) => one.number === number);
  if (!found) {
    return [back(say("tasks"), "#/tasks"), title(say("alert_over"))];
  }
  return [
    back(say("tasks"), "#/tasks"),
    title(inTongue(found.title)),
    isForeign(found.title) || isForeign(found.words) ? h("p", { class: "anlan-soft" }, say(onlyChinese(found))) : null,
    h("p", { class: "anlan-bold" }, `${found.drill ? `${say("drill")} · ` : ""}${named(found.words_of_level)} · ${named(found.hazard)}`),
    h("p", { class: "anlan-told" }, inTongue(found.words)),
    h("p", { class: "anlan-soft" }, say("from_until", { from: when(found.starts), until: when(found.ends) }), zoneDiffers() ? ` · ${say("zone")}` : ""),
    found.confirmed ? message("success", h("p", { class: "anlan-message__word" }, say("alert_told"))) : found.asks ? await confirmation(number) : null,
  ];
}

async function confirmation(number: string): Promise<HTMLElement> {
  const done = () => message("success", h("p", { class: "anlan-message__word" }, say("alert_confirmed")));
  if ((await model.confirmed()).includes(number)) {
    return done();
  }
  const confirm = async () => {
    await change({ put: { "me/confirmed": [...(await model.confirmed()), number] } });
    ask.replaceWith(done());
    void round();
  };
  const ask = button(say("confirm_alert"), () => void confirm().catch(failed));
  return ask;
}

// What was done here and is not there yet.
export function mine(act: model.Act, kit: model.Kit): HTMLElement {
  const action = model.actionOf(kit, act.procedure, act.version, act.action);
  const word = named(action?.words);
  if (act.state === "refused") {
    return message("error", h("p", { class: "anlan-message__word" }, say("refused_act", { what: word })), h("p", {}, link(say("decide"), `#/act/${act.id}`)));
  }
  return message("new", h("p", { class: "anlan-message__word" }, say("waiting_act", { what: word })), h("p", {}, link(say("look"), `#/act/${act.id}`)));
}
