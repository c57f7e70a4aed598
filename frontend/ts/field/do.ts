// SPDX-License-Identifier: Apache-2.0
// What is done: to a case that is there, or by opening one. An act is on disk before anybody is told that it is kept.
import { back, button, errors, h, link, message, radio, type Child } from "./dom";
import { line } from "./door";
import { draftOf, formOf } from "./forms";
import { isDone, matterOf, usedBefore } from "./matter";
import * as model from "./model";
import { gridAt, outlinesOf } from "./patrol";
import { twinOf } from "./seal";
import { change, get } from "./store";
import { round, signal } from "./sync";
import { failed, go, title } from "./ui";
import { addresses, inFours, named, say } from "./words";
import { newId } from "../phone/store";

// No place is chosen for somebody: where there is more than one they say which, or let the phone find it.
export async function chooseScreen(kit: model.Kit): Promise<Child> {
  const last = await get<string>("me/place");
  const all = model.placesToReport(kit);
  const places = [...all.filter((place) => place.code === last), ...all.filter((place) => place.code !== last)];
  const wordOf = (code: string) => (code === last && places.length > 1 ? say("last_place", { place: model.placeName(kit, code) }) : model.placeName(kit, code));
  const list = h(
    "div",
    { class: "govuk-radios" },
    places.map((place, n) => radio({ id: `place-${n}`, name: "place", value: place.code, word: wordOf(place.code), checked: places.length === 1, change: () => undefined })),
  );
  const summary = h("div", {});
  const ways = model.newest(kit).flatMap((procedure) => procedure.actions.filter((action) => action.opens && procedure.mine.includes(action.key) && model.fits(procedure.schemas[action.key])));
  const start = async (action: string) => {
    const code = list.querySelector<HTMLInputElement>("[name=place]:checked")?.value;
    if (!code) {
      summary.replaceChildren(errors([{ id: "place-0", words: say("which_place_first") }]) ?? "");
      summary.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
      return;
    }
    await change({ put: { "me/place": code } });
    go(`#/new/${action}/${code}`);
  };
  return [
    summary,
    title(say("which_place")),
    h("fieldset", { class: "govuk-fieldset govuk-form-group" }, h("legend", { class: "govuk-visually-hidden" }, say("which_place")), await finder(kit, list), list),
    h("div", { class: "anlan-choices" }, ways.map((action, n) => button(named(action.words), () => void start(action.key).catch(failed), n ? "secondary" : ""))),
    h("p", { class: "anlan-soft" }, say("elsewhere"), " ", link(say("online_pages"), addresses.online)),
  ];
}

// Which grid one stands in, where its outline is surveyed: found on the phone, kept nowhere, and one's own to correct.
async function finder(kit: model.Kit, list: HTMLElement): Promise<Child> {
  const outlines = await outlinesOf();
  if (!outlines.length) {
    return null;
  }
  const said = h("p", { class: "anlan-soft", role: "status" });
  const found = ({ coords }: GeolocationPosition) => {
    const code = gridAt(coords, outlines);
    const box = code ? list.querySelector<HTMLInputElement>(`[value="${code}"]`) : null;
    if (box) {
      box.checked = true;
    }
    said.replaceChildren(box ? say("place_found", { place: model.placeName(kit, code) }) : say("place_not_found"));
  };
  const ask = () => {
    said.replaceChildren(say("locating"));
    navigator.geolocation.getCurrentPosition(found, () => said.replaceChildren(say("place_not_found")), { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
  };
  return [button(say("place_here"), ask, "secondary"), said];
}

export async function doScreen(kit: model.Kit, number: string, key: string): Promise<Child> {
  const found = await model.caseOf(number);
  const where = `do/${number}/${key}`;
  const draft = await draftOf(where);
  const waiting = (await model.acts()).filter((act) => act.id !== draft.instead);
  const action = found && model.possible(found, waiting, kit).find((one) => one.key === key);
  const procedure = found && model.procedureOf(kit, found.procedure, found.version);
  const schema = procedure?.schemas[key];
  if (!found || !action || !procedure || !schema) {
    const texts = Object.values(draft.data).filter((value) => typeof value === "string");
    return [back(say("tasks"), "#/tasks"), title(say("not_now")), h("p", {}, say("not_now_why")), texts.map((text) => h("p", { class: "anlan-told" }, String(text)))];
  }
  const about = model.titleOf(found, kit);
  const matter = await matterOf(found, kit);
  // Who judges what was done reads it first.
  const judged = isDone(found);
  return form({
    head: [
      back(say("back_to_case"), `#/case/${number}`),
      title(named(action.words)),
      h("ul", { class: "anlan-meta" }, h("li", {}, about), h("li", {}, model.placeName(kit, found.place)), h("li", { class: "anlan-number" }, inFours(found.number))),
      anew(draft, named(action.words)),
      usedBefore(found),
      judged ? matter : null,
    ],
    below: judged ? null : matter,
    word: named(action.words),
    schema,
    kit,
    where,
    draft,
    most: procedure.most_attachments,
    often: await model.often(),
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
  const draft = await draftOf(where);
  return form({
    head: [back(say("other_place"), "#/new"), title(named(action.words)), h("p", { class: "anlan-soft" }, model.placeName(kit, code)), anew(draft, named(action.words))],
    word: named(action.words),
    schema,
    kit,
    where,
    draft,
    most: procedure.most_attachments,
    often: await model.often(),
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

// What was refused once lies in a form again: it is not sent, nor kept as a note, before its person says so.
function anew(draft: model.Draft, word: string): Child {
  return draft.again ? message("warning", say("not_sent_yet", { what: word })) : null;
}

type Formed = {
  head: Child;
  below?: Child;
  word: string;
  schema: model.Schema;
  kit: model.Kit;
  where: string;
  draft: model.Draft;
  most: number;
  often: readonly number[];
  after: string;
  act: (data: Record<string, unknown>, photos: model.Draft["photos"]) => Promise<model.Act>;
};

function form(given: Formed): Child {
  const drawn = formOf(given.schema, given.kit, given.draft, given.most, given.often);
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
    drawn.end();
    try {
      await keepAct(await given.act(drawn.data(), drawn.draft.photos), drawn.draft);
    } finally {
      busy = false;
    }
    const away = signal.state === "none" || !navigator.onLine || line.cut;
    go(given.after, message("success", say(away ? "kept_offline" : "kept", { what: given.word })));
  };
  return [given.head, h("form", { novalidate: true, submit: (event) => void send(event).catch(failed) }, summary, drawn.element, h("button", { class: "govuk-button" }, given.word)), given.below];
}

// On disk, with its sealed twin, in one transaction, in which the refused act goes for which it is sent; only then is the person told.
async function keepAct(act: model.Act, draft: model.Draft): Promise<void> {
  const before = (await model.acts()).find((one) => one.id === draft.instead);
  const left = (before?.photos ?? []).map((photo) => photo.id).filter((id) => act.photos.every((photo) => photo.id !== id));
  const me = await model.phone();
  const twin = me && (await twinOf(act, me));
  await change({
    put: { [`act/${act.id}`]: act, ...(await model.withRecent(act.data["category"])) },
    remove: [`draft/${draft.id}`, ...(before ? [`act/${before.id}`] : [])],
    unsealed: before ? [before.id] : [],
    dropped: left,
    ...(twin ? { sealed: twin } : {}),
  });
  void round();
  const ready = (await navigator.serviceWorker?.ready) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined;
  await ready?.sync?.register("field").catch(() => undefined);
}

