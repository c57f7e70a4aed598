// SPDX-License-Identifier: Apache-2.0
// What the phone knows: cases and kit as the server gave them, acts that were done here, and what may be done next as far as one can
// tell without signal. The server judges every act again when it arrives.
import { newId } from "../phone/store";
import { now } from "./moment";
import { all, change, get, idsOf, type Photo } from "./store";
import { language, named, say, type Named } from "./words";

export type Schema = {
  title?: string;
  description?: string;
  type?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  oneOf?: { const: string; title: string }[];
  required?: string[];
  properties?: Record<string, Schema>;
  "x-from"?: string;
  "x-files"?: boolean;
  "x-picture"?: boolean;
};

export type Action = { key: string; words: Named; opens: boolean; state_from: string[]; state_to: string[]; by: string[] };

export type Procedure = {
  key: string;
  version: number;
  words: Named;
  most_attachments: number;
  states: { key: string; words: Named }[];
  actions: Action[];
  schemas: Record<string, Schema>;
  mine: string[];
};

export type Category = { id: number; words: Named; group: string; urgent: boolean; conditions: { id: number; words: Named; closing: Named }[] };
export type Place = { code: string; level: string; name: string; name_en: string; path: string[] };

export type Kit = {
  tag: string;
  procedures: Procedure[];
  categories: Category[];
  // A kit that was fetched by an older app has none.
  said?: Record<string, string[]>;
  places: Place[];
  role: string;
  organisation: number;
};

export type Entry = {
  seq: number;
  at: string;
  received_at: string;
  time_unsure: boolean;
  action: string;
  words: Named;
  by: string;
  role: string | null;
  facts: Record<string, unknown>;
  contents: { values: Record<string, unknown> | null; erased: boolean }[];
  who?: Named; // not in what an earlier version of the app fetched
};

export type FileOf = { n: number; seq: number; kind: string; size: number; name: string | null; url: string | null };

export type Case = {
  id: string;
  number: string;
  procedure: string;
  version: number;
  state: { key: string; words: Named };
  open: boolean;
  category: number | null;
  condition: number | null;
  kind: string;
  place: string;
  due_at: string | null;
  urgent: boolean;
  holder: number | null;
  opened_at: string;
  seq: number;
  files: FileOf[];
  actions: { key: string; words: Named }[];
  entries: Entry[];
  // Not in what an earlier version of the app fetched:
  used_before?: { n: number; number: string; at: string }[];
  closing?: Named | null; // what has to be true before it is closed
  outcome?: number | null; // the entry that told what was done, while that stands
  room?: number | null;
  offices?: { id: number; words: Named }[];
};

export type Problem = { status: number; code: string; title: string; detail: string; seq: number | null; errors?: { field?: string; detail: string }[] };

// `foreign`: it came back from an earlier phone of this post, and its person says first whether it was theirs; `waiting` for signal; `refused`,
// and the person decides; `sent` and taken.
export type Act = {
  id: string;
  at: string;
  action: string;
  procedure: string;
  version: number;
  case: string;
  number: string | null; // of the case, where it is there already
  place: string | null; // of a case to be opened
  data: Record<string, unknown>;
  expect: number | null;
  photos: Photo[];
  title: string; // what it is about, as the person read it
  stamp: string | null; // the server's word of when it was heard last before this was done: it bears out the time
  state: "foreign" | "waiting" | "refused" | "sent";
  problem: Problem | null;
  arrived: string | null;
  seq: number | null; // its entry, once it has arrived
};

export type Alert = {
  number: string;
  level: string;
  drill: boolean;
  asks: boolean;
  confirmed?: boolean;
  words_of_level: Named;
  hazard: Named;
  title: Named;
  words: Named;
  place: string;
  starts: string;
  ends: string;
};

// `again`: it was refused once and lies in a form again.
// `instead`: the refused act for which this is to be sent; it stays in the outbox, its photos too, until this is.
export type Draft = { id: string; data: Record<string, unknown>; photos: Photo[]; at: number; again?: boolean; instead?: string };

export type Phone = { terminal: string; token: string; expires_at: string; post: number; name: string; role: string; office: string };

const KEEP_SENT = 30;
const SENT = "sent";

export async function phone(): Promise<Phone | undefined> {
  return get<Phone>("me/phone");
}

export async function kit(): Promise<Kit | undefined> {
  return get<Kit>("me/kit");
}

export async function cases(): Promise<Case[]> {
  return all<Case>("case");
}

// What stands now, also when it was heard of hours ago.
export async function alerts(): Promise<Alert[]> {
  return ((await get<Alert[]>("me/alerts")) ?? []).filter((one) => new Date(one.ends).getTime() > now());
}

// Alerts that its person has read, not told yet.
export async function confirmed(): Promise<string[]> {
  return (await get<string[]>("me/confirmed")) ?? [];
}

export async function caseOf(number: string): Promise<Case | undefined> {
  return get<Case>(`case/${number}`);
}

function inOrder(some: Act[]): Act[] {
  return some.sort((one, other) => (one.id < other.id ? -1 : 1));
}

export async function acts(): Promise<Act[]> {
  return inOrder((await Promise.all([all<Act>("act"), all<Act>(SENT)])).flat());
}

// Those that have not arrived. What has lies apart, so that one that arrives does not cost the reading of all that did.
export async function pending(): Promise<Act[]> {
  return inOrder(await all<Act>("act")).filter((act) => act.state !== "sent");
}

export async function unsent(): Promise<Act[]> {
  return (await pending()).filter((act) => act.state !== "foreign");
}

export function procedureOf(kit: Kit, key: string, version: number): Procedure | undefined {
  return kit.procedures.find((one) => one.key === key && one.version === version);
}

export function newest(kit: Kit): Procedure[] {
  const found = new Map<string, Procedure>();
  for (const one of kit.procedures) {
    if ((found.get(one.key)?.version ?? -1) < one.version) {
      found.set(one.key, one);
    }
  }
  return [...found.values()];
}

export function actionOf(kit: Kit, procedure: string, version: number, key: string): Action | undefined {
  return procedureOf(kit, procedure, version)?.actions.find((one) => one.key === key);
}

const ELSEWHERE = ["organisations", "cases"];
const OF_A_PERSON = ["contact", "answer_by"];

// Whether the phone has all that the form asks for. Who reports for somebody gives a contact, and no phone keeps one.
export function fits(schema: Schema | undefined): boolean {
  const fields = schema?.properties ?? {};
  const wanted = schema?.required ?? [];
  return schema !== undefined && !wanted.some((key) => ELSEWHERE.includes(fields[key]?.["x-from"] ?? "")) && !OF_A_PERSON.some((key) => key in fields);
}

// The case as it will stand once what waits here has arrived, as far as that is certain.
export function ahead(found: Case, waiting: readonly Act[], kit: Kit): { state: string; seq: number; own: Act[] } {
  // What arrived counts until the case itself has come with it.
  const own = waiting.filter((act) => act.case === found.id && act.state !== "foreign" && (act.seq === null ? act.state !== "sent" : act.seq > found.seq));
  let { key: state } = found.state;
  let { seq } = found;
  for (const act of own.filter((one) => one.state !== "refused")) {
    const to = actionOf(kit, act.procedure, act.version, act.action)?.state_to ?? [];
    state = to.length === 1 && to[0] ? to[0] : to.length ? "" : state;
    seq = act.seq ?? Math.max(seq, act.expect ?? 0) + 1;
  }
  return { state, seq, own };
}

// What may be done now. With nothing waiting the server has said it; else it is told from the state that follows.
export function possible(found: Case, waiting: readonly Act[], kit: Kit): Action[] {
  const procedure = procedureOf(kit, found.procedure, found.version);
  if (!procedure) {
    return [];
  }
  const { state, own } = ahead(found, waiting, kit);
  const told = new Set(found.actions.map((one) => one.key));
  const mine = new Set(procedure.mine);
  const stands = (action: Action) =>
    told.has(action.key) ||
    (action.by.includes("holder") && found.holder === kit.organisation) ||
    (action.by.includes("area") && action.key !== "look");
  const may = (action: Action) =>
    own.length ? mine.has(action.key) && action.state_from.includes(state) && stands(action) : told.has(action.key);
  if (own.some((act) => act.state === "refused")) {
    return [];
  }
  return procedure.actions.filter((action) => !action.opens && action.key !== "look" && may(action) && fits(procedure.schemas[action.key]));
}

// What brings it on comes first; to give it back, to wait or to ask comes after.
export function mainOf(actions: readonly Action[]): Action | undefined {
  return ["take", "done", "check"].map((key) => actions.find((one) => one.key === key)).find((one) => one) ?? undefined;
}

export function placeName(kit: Kit, code: string): string {
  const found = kit.places.find((place) => place.code === code);
  if (!found) {
    return code;
  }
  const own = language === "en" && found.name_en ? found.name_en : found.name;
  return language === "zh" && found.path.length ? `${found.path[found.path.length - 1]}${own}` : own;
}

export function stateName(kit: Kit, procedure: string, version: number, key: string): string {
  return named(procedureOf(kit, procedure, version)?.states.find((one) => one.key === key)?.words);
}

// A category and its condition under one name; where one says the other, once. As `title_of` on the pages.
function together(what: Named, which: Named): string {
  const [name, detail] = [named(what), named(which)];
  if (what.zh === which.zh || name.toLowerCase().includes(detail.toLowerCase())) {
    return name;
  }
  return detail.toLowerCase().includes(name.toLowerCase()) ? detail : say("of_which", { what: name, which: detail });
}

export function titleOf(found: { category?: number | null; condition?: number | null; kind?: string; procedure: string; version: number }, kit: Kit): string {
  const category = kit.categories.find((one) => one.id === found.category);
  if (category) {
    const condition = category.conditions.find((one) => one.id === found.condition);
    return condition ? together(category.words, condition.words) : named(category.words);
  }
  const procedure = procedureOf(kit, found.procedure, found.version);
  const schemas = Object.values(procedure?.schemas ?? {});
  const kind = schemas.flatMap((one) => one.properties?.["kind"]?.oneOf ?? []).find((one) => one.const === found.kind)?.title ?? "";
  const name = named(procedure?.words);
  // Where cases have no category its kind was not chosen by somebody who asked: it is what the matter is.
  if (!schemas.some((one) => one.properties?.["category"])) {
    return kind ? say("of_procedure", { procedure: name, kind }) : name;
  }
  return kind ? say("chosen", { kind }) : say("untitled", { procedure: name });
}

// Values of the latest entry that has them: the position.
export function told(found: Case, key: string, entries: readonly Entry[] = found.entries): unknown {
  for (const entry of entries) {
    for (const content of entry.contents) {
      const value = content.values?.[key];
      if (value !== undefined && value !== null && value !== "") {
        return value;
      }
    }
  }
  return undefined;
}

// What was said when it was opened: the reporter's words and address. Of a recording, as it was typed up; of what was said in confidence, what the
// room passed on.
const PASSED_ON = { type_up: "words", screen: "summary" } as const;

export function first(found: Case, key: string): string {
  const opening = told(found, key, found.entries.filter((entry) => entry.seq === 1));
  const later = () => Object.entries(PASSED_ON).map(([action, field]) => told(found, field, found.entries.filter((entry) => entry.action === action)));
  return String(opening ?? (key === "words" ? later().find((one) => one) : "") ?? "");
}

const RECENT = 4;

// Categories to offer first: those that were chosen last on this phone, then those met most in the cases of the reach.
export async function often(): Promise<number[]> {
  const recent = (await get<number[]>("me/recent")) ?? [];
  const counts = new Map<number, number>();
  for (const { category } of await cases()) {
    if (category !== null && !recent.includes(category)) {
      counts.set(category, (counts.get(category) ?? 0) + 1);
    }
  }
  return [...recent, ...[...counts].sort(([, one], [, other]) => other - one).map(([id]) => id)];
}

export async function withRecent(category: unknown): Promise<Record<string, number[]>> {
  const recent = (await get<number[]>("me/recent")) ?? [];
  return typeof category === "number" ? { "me/recent": [category, ...recent.filter((one) => one !== category)].slice(0, RECENT) } : {};
}

// An act, on disk with its sealed twin before anybody is told that it is kept.
export async function newAct(given: Omit<Act, "id" | "state" | "problem" | "arrived" | "seq" | "at" | "stamp">): Promise<Act> {
  const stamp = (await get<string>("me/stamp")) ?? null;
  return { ...given, stamp, id: asUuid(newId()), at: new Date(now()).toISOString(), state: "waiting", problem: null, arrived: null, seq: null };
}

export function asUuid(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// These have arrived: of each it is kept for a while that it did.
export async function settle(some: readonly Act[]): Promise<void> {
  if (!some.length) {
    return;
  }
  const names = some.map((act) => `${SENT}/${act.id}`);
  const known = new Set([...(await idsOf(SENT)), ...names]);
  await change({
    put: Object.fromEntries(some.map((act) => [`${SENT}/${act.id}`, { ...act, data: {}, photos: [] }])),
    remove: [...some.map((act) => `act/${act.id}`), ...[...known].sort().slice(0, -KEEP_SENT)],
    unsealed: some.map((act) => act.id),
    dropped: some.flatMap((act) => act.photos.map((photo) => photo.id)),
  });
}

export async function drop(act: Act): Promise<void> {
  await change({ remove: [`act/${act.id}`, ...(await formsFor(act))], unsealed: [act.id], dropped: act.photos.map((photo) => photo.id) });
}

// The forms that were opened in the place of a refused act and not sent: they go with it.
export async function formsFor(act: Act): Promise<string[]> {
  return (await all<Draft>("draft")).filter((draft) => draft.instead === act.id).map((draft) => `draft/${draft.id}`);
}

export function placesToReport(kit: Kit): Place[] {
  const levels = ["grid", "village"];
  return levels.flatMap((level) => kit.places.filter((place) => place.level === level));
}
