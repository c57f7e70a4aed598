// SPDX-License-Identifier: Apache-2.0
// What this phone still keeps, said above the form: what was being written, what waits, what went through.
import { all, put, remove, type Kept } from "./store";

export type Deeds = { goOn(row: Kept): Promise<void>; tryNow(): Promise<void> };

const place = document.querySelector<HTMLElement>("[data-kept]");
const kinds: Record<Kept["state"], string> = {
  writing: "writing",
  sending: "waiting",
  waiting: "waiting",
  wrong: "wrong",
  sent: "sent",
};

export function moment(at: number): string {
  const when = new Date(at);
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const today = when.toDateString() === new Date().toDateString();
  return when.toLocaleString(document.documentElement.lang, today ? clock : { month: "long", day: "numeric", ...clock });
}

export function said(row: Kept): string {
  return row.fields.find(([name]) => name === "words")?.[1].slice(0, 200) ?? "";
}

function card(row: Kept, deeds: Deeds): Node | null {
  const mould = document.querySelector<HTMLTemplateElement>(`template[data-card="${kinds[row.state]}"]`);
  const made = mould?.content.firstElementChild?.cloneNode(true);
  if (!(made instanceof HTMLElement)) {
    return null;
  }
  made.dataset.row = row.id;
  const fill = (name: string, words: string) => {
    for (const each of made.querySelectorAll<HTMLElement>(`[data-${name}]`)) {
      each.textContent = words;
      each.hidden = !words;
    }
  };
  fill("at", moment(row.at));
  fill("said", said(row));
  fill("why", row.why);
  const slip = made.querySelector<HTMLElement>("[data-slip]");
  if (slip) {
    // Our own server's, kept as it came.
    slip.innerHTML = row.slip;
    slip.hidden = !row.slip;
  }
  for (const each of made.querySelectorAll<HTMLElement>("[data-unread]")) {
    each.hidden = !row.slip;
  }
  const told = made.querySelector<HTMLElement>("[data-progress]");
  if (told && row.announced) {
    told.textContent = (row.photos.length ? told.dataset.waiting : told.dataset.done) ?? "";
  }
  made.addEventListener("click", (event) => {
    const what = event.target instanceof HTMLElement ? event.target.dataset.do : undefined;
    if (what) {
      void act(what, row, deeds).then(() => show(deeds));
    }
  });
  return made;
}

async function act(what: string, row: Kept, deeds: Deeds): Promise<void> {
  if (what === "go-on") {
    await deeds.goOn(row);
  } else if (what === "try") {
    await deeds.tryNow();
  } else if (what === "throw") {
    await remove(row.id);
  } else if (what === "read" && row.photos.length) {
    row.slip = "";
    await put(row);
  } else if (what === "read") {
    await remove(row.id);
  }
}

let current = "";

// The card of what is being written in the form would say what everybody sees.
export function writing(id: string): void {
  current = id;
}

export async function show(deeds: Deeds): Promise<void> {
  if (!place) {
    return;
  }
  const cards = (await all()).filter((row) => row.id !== current).map((row) => card(row, deeds));
  place.replaceChildren(...cards.filter((each): each is Node => each !== null));
}

export function progress(row: Kept, left: number, of: number): void {
  const told =
    place?.querySelector<HTMLElement>(`[data-row="${row.id}"] [data-progress]`) ??
    document.querySelector<HTMLElement>("[data-sent] [data-progress]");
  if (told) {
    const words = left ? told.dataset.sending : told.dataset.done;
    told.textContent = of ? (words ?? "").replace("{n}", String(of - left + 1)).replace("{of}", String(of)) : "";
  }
}
