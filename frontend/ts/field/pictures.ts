// SPDX-License-Identifier: Apache-2.0
// The photos of cases on the phone. Those of what its person has to check or to do are fetched ahead, for there is no signal where they stand;
// they lie under the PIN and go with their case. Others are fetched when somebody wants to see them, and are not kept.
import { button, h, type Child } from "./dom";
import { Later, line, readFile } from "./door";
import * as model from "./model";
import { change, idsOf, isOpen, keepBytes, keptBytes } from "./store";
import { failed } from "./ui";
import { say } from "./words";

const KIND = "file";
const MOST = 48 * 1024 * 1024;
const SHARE = 8; // no more than this part of what the browser gives us: what its person does comes before what they look at

type Wanted = { id: string; url: string };

function idOf(number: string, n: number): string {
  return `${KIND}/${number}/${n}`;
}

export function readable(found: model.Case): model.FileOf[] {
  return found.files.filter((file) => file.url && file.kind.startsWith("image/"));
}

// Which photos lie here: of what is to be checked, then of what was given to the own office, each by its limit, as many as there is room for.
export function wanted(cases: readonly model.Case[], kit: model.Kit, room: number): Wanted[] {
  const rank = (found: model.Case) => (found.actions.some((one) => one.key === "check") ? 0 : found.holder === kit.organisation ? 1 : 2);
  const ranked = cases
    .filter((found) => found.open)
    .map((found) => ({ found, rank: rank(found) }))
    .filter((one) => one.rank < 2)
    .sort((one, other) => one.rank - other.rank || ((one.found.due_at ?? "9") < (other.found.due_at ?? "9") ? -1 : 1));
  const chosen: Wanted[] = [];
  let left = room;
  for (const { found } of ranked) {
    const files = readable(found);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    // All of a case or none: half of before and after is no comparison.
    if (size <= left) {
      left -= size;
      chosen.push(...files.map((file) => ({ id: idOf(found.number, file.n), url: file.url ?? "" })));
    }
  }
  return chosen;
}

async function chosen(): Promise<Wanted[]> {
  const kit = await model.kit();
  const given = (await navigator.storage?.estimate?.())?.quota;
  return kit ? wanted(await model.cases(), kit, Math.min(MOST, given === undefined ? MOST : given / SHARE)) : [];
}

// What is not wanted any more is gone at once: its case was closed or given to others, or the photo was erased.
export async function tidyPhotos(): Promise<void> {
  const keep = new Set((await chosen()).map((one) => one.id));
  const gone = (await idsOf(KIND)).filter((id) => !keep.has(id));
  if (gone.length) {
    await change({ remove: gone });
  }
}

type Connection = { saveData?: boolean };

// One after the other, beside the sending of acts; broken off anywhere, it goes on with the next round. Whether any came.
export async function fetchPhotos(): Promise<boolean> {
  const { connection } = navigator as Navigator & { connection?: Connection };
  const me = isOpen() ? await model.phone() : undefined;
  if (!me || connection?.saveData) {
    return false;
  }
  const here = new Set(await idsOf(KIND));
  let came = false;
  for (const one of (await chosen()).filter((each) => !here.has(each.id))) {
    if (!isOpen() || line.cut) {
      break;
    }
    try {
      const data = await new Response(await readFile(me, one.url)).arrayBuffer();
      if (isOpen()) {
        await keepBytes(one.id, data);
        came = true;
      }
    } catch (error) {
      // No signal, or the phone is full: what was not fetched says so where it would stand.
      if (error instanceof Later || error instanceof DOMException) {
        break;
      }
    }
  }
  return came;
}

// A photo as large as there is room, and whole, by a tap; small again by another.
export function shown(data: Blob, alt: string): HTMLElement {
  const address = URL.createObjectURL(data);
  const picture = h("img", { src: address, alt, load: () => URL.revokeObjectURL(address) });
  const turn = () => {
    const open = item.classList.toggle("anlan-photos__whole");
    way.setAttribute("aria-expanded", String(open));
  };
  const way = h("button", { type: "button", class: "anlan-photos__way", "aria-expanded": "false", click: turn }, picture);
  const item = h("li", {}, way);
  return item;
}

// Photos of a case under one heading; those that do not lie here come by a tap where there is signal.
export async function photosOf(found: model.Case, files: readonly model.FileOf[]): Promise<Child> {
  if (!files.length) {
    return null;
  }
  const wordOf = (file: model.FileOf) => say("photo_n", { n: file.n });
  const list = h("ul", { class: "anlan-photos" });
  const away: model.FileOf[] = [];
  for (const file of files) {
    const kept = await keptBytes(idOf(found.number, file.n));
    if (kept) {
      list.append(shown(new Blob([kept], { type: file.kind }), wordOf(file)));
    } else {
      away.push(file);
    }
  }
  const show = async () => {
    const me = await model.phone();
    while (me && away.length) {
      const file = away[0] as model.FileOf;
      list.append(shown(await readFile(me, file.url ?? ""), wordOf(file)));
      away.shift();
    }
    ask.remove();
  };
  const ask = button(say("show_photos", { n: away.length }), () => void show().catch(failed), "secondary");
  return [list, away.length ? ask : null];
}
