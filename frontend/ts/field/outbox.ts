// SPDX-License-Identifier: Apache-2.0
// What was done on this phone: what waits, what arrived, and what was refused, side by side with what happened meanwhile.
import { back, button, card, facts, h, link, message, pill, type Child } from "./dom";
import { forgetSealed, Refusal } from "./door";
import { draftOf, picture } from "./forms";
import { lineOf } from "./matter";
import * as model from "./model";
import { patrolCard } from "./patrol";
import { twinOf } from "./seal";
import { change } from "./store";
import { round, sayProblem } from "./sync";
import { failed, go, title } from "./ui";
import { colon, dated, inFours, named, say, when } from "./words";

export async function outbox(kit: model.Kit): Promise<Child> {
  const acts = (await model.acts()).reverse();
  const of = (state: model.Act["state"]) => acts.filter((act) => act.state === state);
  const list = (word: string, some: readonly model.Act[]) =>
    some.length ? card(word, h("ul", { class: "anlan-list" }, some.map((act) => item(act, kit)))) : null;
  const walked = await patrolCard(kit);
  return [
    title(say("outbox")),
    acts.length || walked ? null : h("p", { class: "anlan-empty" }, say("outbox_empty")),
    list(say("outbox_foreign"), of("foreign")),
    list(say("outbox_refused"), of("refused")),
    list(say("outbox_waiting"), of("waiting")),
    of("waiting").length ? button(say("send_now"), () => void round(), "secondary") : null,
    list(say("outbox_sent"), of("sent")),
    walked,
  ];
}

function item(act: model.Act, kit: model.Kit): HTMLElement {
  const word = named(model.actionOf(kit, act.procedure, act.version, act.action)?.words);
  const tone = { foreign: "near", refused: "overdue", waiting: "new", sent: "done" }[act.state];
  const under = [act.number ? inFours(act.number) : "", say("done_at", { at: when(act.at) }), act.photos.length ? say("photo_count", { n: act.photos.length }) : ""];
  const href = act.state === "sent" ? (act.number ? `#/case/${act.number}` : "#/sent") : `#/act/${act.id}`;
  return h(
    "li",
    { class: "anlan-item" },
    h("a", { class: "anlan-item__link", href }, h("span", { class: "anlan-item__title" }, `${word}${colon}${act.title}`), h("span", { class: "anlan-item__pills" }, pill(act.arrived ? say("arrived", { at: when(act.arrived) }) : say(`act_${act.state}`), tone)), h("span", { class: "anlan-item__under" }, under.filter((one) => one).join(" · "))),
  );
}

// What somebody wrote in an act, under the words of its form.
async function written(act: model.Act, kit: model.Kit): Promise<Child> {
  const fields = model.procedureOf(kit, act.procedure, act.version)?.schemas[act.action]?.properties ?? {};
  const rows = Object.entries(act.data).map(([key, value]): readonly [string, Child] => {
    const field = fields[key];
    const choice = field?.oneOf?.find((one) => one.const === value)?.title;
    const category = field?.["x-from"] === "categories" && key === "category" ? named(kit.categories.find((one) => one.id === value)?.words) : "";
    const text = choice ?? (category || (typeof value === "object" ? say("position") : typeof value === "boolean" ? (value ? say("yes") : "") : String(value)));
    return [field?.title ?? key, text];
  });
  const shots = await Promise.all(act.photos.map(async (photo, n) => h("li", {}, await picture(photo, say("photo_n", { n: n + 1 })))));
  return [facts(rows.filter(([word, text]) => word !== "condition" && text)), shots.length ? h("ul", { class: "anlan-photos" }, shots) : null];
}

export async function actOf(kit: model.Kit, id: string): Promise<Child> {
  const act = (await model.acts()).find((one) => one.id === id);
  if (!act || act.state === "sent") {
    return [back(say("outbox"), "#/sent"), title(say("act_sent"))];
  }
  const word = named(model.actionOf(kit, act.procedure, act.version, act.action)?.words);
  const head = [back(say("outbox"), "#/sent"), title(`${word}${colon}${act.title}`)];
  if (act.state === "foreign") {
    return [...head, ...(await foreign(act, kit))];
  }
  const own = card(say("yours"), h("p", { class: "anlan-soft" }, say("done_at", { at: when(act.at) })), await written(act, kit));
  const away = async () => {
    if (confirm(say("drop_sure"))) {
      await model.drop(act);
      go("#/sent");
      void round();
    }
  };
  const dropping = button(say("drop"), () => void away().catch(failed), "secondary anlan-app__drop");
  if (act.state === "waiting") {
    return [...head, message("new", say("waits_why")), own, dropping];
  }
  const found = (await model.cases()).find((one) => one.id === act.case);
  const news = found ? found.entries.filter((entry) => entry.seq > (act.expect ?? 0)) : [];
  const other = (await model.acts()).filter((one) => one.id !== act.id);
  const possible = found ? model.possible(found, other, kit) : [];
  const notes = noted(act, found, possible, word, kit);
  return [
    ...head,
    message("error", h("p", { class: "anlan-message__word" }, act.problem?.code === "conflict" && news.length ? say("overtaken") : say("refused")), h("p", {}, act.problem ? sayProblem(act.problem) : "")),
    h(
      "div",
      { class: "anlan-app__sides" },
      own,
      act.place === null
        ? card(say("meanwhile"), found ? null : h("p", {}, say("gone_why")), found && !news.length ? h("p", {}, say("no_news")) : null, h("ol", { class: "anlan-app__story" }, found ? news.map((entry) => lineOf(entry, found, kit)) : null), found ? h("p", {}, link(say("to_case"), `#/case/${found.number}`)) : null)
        : null,
    ),
    h("h2", { class: "anlan-card__title" }, say("what_now")),
    h("p", {}, say("what_now_why")),
    missingWays(act, found, possible, word, kit),
    h("div", { class: "anlan-choices" }, notes, again(act, found, possible, notes ? "secondary" : ""), dropping),
  ];
}

// Done on a phone that was wiped: an act only once its person says so.
async function foreign(act: model.Act, kit: model.Kit): Promise<Child[]> {
  const decide = async (how: (me: model.Phone) => Promise<void>) => {
    const me = await model.phone();
    if (me) {
      // Kept here before it is forgotten there: broken off between, it is asked about once more.
      await how(me);
      await forgetSealed(me, act.id).catch((error: unknown) => {
        if (!(error instanceof Refusal)) {
          throw error;
        }
      });
    }
    go("#/sent");
    void round();
  };
  // Its own again, with a sealed twin: this phone may be wiped too before it is sent.
  const take = () =>
    decide(async (me) => {
      const own: model.Act = { ...act, state: "waiting" };
      const twin = await twinOf(own, me);
      await change({ put: { [`act/${act.id}`]: own }, ...(twin ? { sealed: twin } : {}) });
    });
  const away = async () => {
    if (confirm(say("drop_sure"))) {
      await decide(() => model.drop(act));
    }
  };
  return [
    message("warning", h("p", { class: "anlan-message__word" }, say("foreign")), h("p", {}, say("foreign_why"))),
    card(say("done_then"), h("p", { class: "anlan-soft" }, say("done_at", { at: when(act.at) })), await written(act, kit)),
    h("div", { class: "anlan-choices" }, button(say("mine"), () => void take().catch(failed)), button(say("not_mine"), () => void away().catch(failed), "warning")),
  ];
}

// Why one of the ways is not there: the case is where this cannot be done any more, or no note is for this office to write.
function missingWays(act: model.Act, found: model.Case | undefined, possible: readonly model.Action[], word: string, kit: model.Kit): Child {
  if (act.place !== null || !found) {
    return null;
  }
  const can = (key: string) => possible.some((one) => one.key === key);
  const state = model.stateName(kit, found.procedure, found.version, found.state.key);
  const told = [can(act.action) ? "" : say("no_redo", { what: word, state }), can("note") ? "" : say("no_note")].filter((one) => one);
  return told.map((one) => h("p", { class: "anlan-soft" }, one));
}

// The same form, filled with what was written, against the case as it stands now.
function again(act: model.Act, found: model.Case | undefined, possible: readonly model.Action[], kind: string): Child {
  const opens = act.place !== null;
  if (!opens && !possible.some((one) => one.key === act.action)) {
    return null;
  }
  const where = opens ? `new/${act.action}/${act.place}` : `do/${found?.number}/${act.action}`;
  const redo = async () => {
    const draft = await draftOf(where);
    // The photos go over to the draft, so they are not dropped with the act.
    await change({
      put: { [`draft/${where}`]: { ...draft, data: act.data, photos: [...act.photos, ...draft.photos], again: true } },
      remove: [`act/${act.id}`, ...(await model.formsFor(act))],
      unsealed: [act.id],
    });
    go(`#/${where}`);
  };
  return button(say("redo"), () => void redo().catch(failed), kind);
}

// What was found out may matter to whoever works on it now. Opened again, the form is as it was left.
function noted(act: model.Act, found: model.Case | undefined, possible: readonly model.Action[], word: string, kit: model.Kit): Child {
  if (!found || !possible.some((one) => one.key === "note")) {
    return null;
  }
  const fields = model.procedureOf(kit, act.procedure, act.version)?.schemas[act.action]?.properties ?? {};
  const texts = Object.entries(act.data).filter(([, value]) => typeof value === "string");
  const said = texts.map(([key, value]) => `${fields[key]?.title ?? key}${colon}${fields[key]?.oneOf?.find((one) => one.const === value)?.title ?? String(value)}`);
  const note = async () => {
    const where = `do/${found.number}/note`;
    // It will be read on another day.
    const words = [say("noted", { what: word, at: dated(act.at) }), ...said].join("\n");
    if ((await draftOf(where)).instead !== act.id) {
      await change({ put: { [`draft/${where}`]: { id: where, data: { words }, photos: act.photos, at: Date.now(), again: true, instead: act.id } satisfies model.Draft } });
    }
    go(`#/${where}`);
  };
  return button(say("as_note"), () => void note().catch(failed));
}
