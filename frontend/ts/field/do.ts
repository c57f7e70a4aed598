// SPDX-License-Identifier: Apache-2.0
// What is done: to a case that is there, or by opening one. An act is on disk before anybody is told that it is kept.
import { back, button, errors, h, link, message, type Child } from "./dom";
import { line } from "./door";
import { draftOf, formOf, radio } from "./forms";
import * as model from "./model";
import { twinOf } from "./seal";
import { usedBefore } from "./screens";
import { change, get } from "./store";
import { round, signal } from "./sync";
import { failed, go, title } from "./ui";
import { addresses, named, say } from "./words";
import { newId } from "../phone/store";

export function chooseScreen(kit: model.Kit): Child {
  const places = model.placesToReport(kit);
  const list = h("div", { class: "govuk-radios" });
  const ways = model.newest(kit).flatMap((procedure) => procedure.actions.filter((action) => action.opens && procedure.mine.includes(action.key) && model.fits(procedure.schemas[action.key])));
  const start = async (action: string) => {
    const code = list.querySelector<HTMLInputElement>("[name=place]:checked")?.value;
    if (code) {
      await change({ put: { "me/place": code } });
      go(`#/new/${action}/${code}`);
    }
  };
  void get<string>("me/place").then((last) => {
    list.replaceChildren(
      ...places.map((place, n) =>
        radio({ id: `place-${n}`, name: "place", value: place.code, word: model.placeName(kit, place.code), checked: last ? place.code === last : n === 0, change: () => undefined }),
      ),
    );
  });
  return [
    title(say("which_place")),
    h("fieldset", { class: "govuk-fieldset govuk-form-group" }, h("legend", { class: "govuk-visually-hidden" }, say("which_place")), list),
    h("div", { class: "anlan-choices" }, ways.map((action, n) => button(named(action.words), () => void start(action.key).catch(failed), n ? "secondary" : ""))),
    h("p", { class: "anlan-soft" }, say("elsewhere"), " ", link(say("online_pages"), addresses.online)),
  ];
}

export async function doScreen(kit: model.Kit, number: string, key: string): Promise<Child> {
  const found = await model.caseOf(number);
  const waiting = await model.acts();
  const action = found && model.possible(found, waiting, kit).find((one) => one.key === key);
  const procedure = found && model.procedureOf(kit, found.procedure, found.version);
  const schema = procedure?.schemas[key];
  const where = `do/${number}/${key}`;
  const draft = await draftOf(where);
  if (!found || !action || !procedure || !schema) {
    const texts = Object.values(draft.data).filter((value) => typeof value === "string");
    return [back(say("tasks"), "#/tasks"), title(say("not_now")), h("p", {}, say("not_now_why")), texts.map((text) => h("p", { class: "anlan-told" }, String(text)))];
  }
  const about = model.titleOf(found, kit);
  return form({
    head: [back(say("to_case"), `#/case/${number}`), title(named(action.words)), h("p", { class: "anlan-soft" }, `${about} · ${model.placeName(kit, found.place)}`), usedBefore(found)],
    word: named(action.words),
    schema,
    kit,
    where,
    draft,
    most: procedure.most_attachments,
    after: `#/case/${number}`,
    act: (data, photos) => {
      const { seq } = model.ahead(found, waiting, kit);
      return model.newAct({ action: key, procedure: found.procedure, version: found.version, case: found.id, number, place: null, data, expect: seq, photos, title: about });
    },
  });
}

export async function newScreen(kit: model.Kit, key: string, code: string): Promise<Child> {
  const procedure = model.newest(kit).find((one) => one.schemas[key] && one.actions.some((action) => action.key === key && action.opens));
  const schema = procedure?.schemas[key];
  const action = procedure?.actions.find((one) => one.key === key);
  if (!procedure || !schema || !action) {
    return [back(say("tasks"), "#/tasks"), title(say("not_now"))];
  }
  const where = `new/${key}/${code}`;
  return form({
    head: [back(say("other_place"), "#/new"), title(named(action.words)), h("p", { class: "anlan-soft" }, model.placeName(kit, code))],
    word: named(action.words),
    schema,
    kit,
    where,
    draft: await draftOf(where),
    most: procedure.most_attachments,
    after: "#/sent",
    act: (data, photos) =>
      model.newAct({
        action: key,
        procedure: procedure.key,
        version: procedure.version,
        case: model.asUuid(newId()),
        number: null,
        place: code,
        data,
        expect: null,
        photos,
        title: String(data["words"] ?? model.titleOf({ category: Number(data["category"] ?? 0), procedure: procedure.key, version: procedure.version }, kit)).slice(0, 40),
      }),
  });
}

type Formed = {
  head: Child;
  word: string;
  schema: model.Schema;
  kit: model.Kit;
  where: string;
  draft: model.Draft;
  most: number;
  after: string;
  act: (data: Record<string, unknown>, photos: model.Draft["photos"]) => Promise<model.Act>;
};

function form(given: Formed): Child {
  const drawn = formOf(given.schema, given.kit, given.draft, given.most);
  const summary = h("div", {});
  let busy = false;
  const send = async (event: Event) => {
    event.preventDefault();
    const faults = drawn.faults();
    drawn.show(faults);
    summary.replaceChildren(errors(faults) ?? "");
    if (faults.length || busy) {
      summary.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
      return;
    }
    busy = true;
    try {
      await keepAct(await given.act(drawn.data(), drawn.draft.photos), given.where);
    } finally {
      busy = false;
    }
    const away = signal.state === "none" || !navigator.onLine || line.cut;
    go(given.after, message("success", say(away ? "kept_offline" : "kept", { what: given.word })));
  };
  return [given.head, h("form", { novalidate: true, submit: (event) => void send(event).catch(failed) }, summary, drawn.element, h("button", { class: "govuk-button" }, given.word))];
}

// On disk, with its sealed twin, in one transaction; only then is the person told.
async function keepAct(act: model.Act, where: string): Promise<void> {
  const me = await model.phone();
  const twin = me && (await twinOf(act, me));
  await change({ put: { [`act/${act.id}`]: act }, remove: [`draft/${where}`], ...(twin ? { sealed: twin } : {}) });
  void round();
  const ready = (await navigator.serviceWorker?.ready) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined;
  await ready?.sync?.register("field").catch(() => undefined);
}

