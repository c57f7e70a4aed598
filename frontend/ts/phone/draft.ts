// SPDX-License-Identifier: Apache-2.0
// The report stays on the phone from the first character until it was sent: nothing that happens to the page, the session or
// the signal loses it. The words go first, the photos follow.
import { progress, show, writing, type Deeds } from "./cards";
import "./clear";
import { collect, hidden, keepPlace, placeName, restore } from "./form";
import { read, shrink } from "./photos";
import { proof, send, sendAll, sendPhotos, soundName } from "./queue";
import { all, begin, find, newId, put, remove, type Kept } from "./store";
import { attach, canRecord, record, type Recording } from "./voice";
import { solve, type Work } from "./work";

const form = document.querySelector<HTMLFormElement>("form[data-report]");
const places = document.querySelector<HTMLElement>("[data-places]");
const TAB = "anlan-report";
const MOST_PHOTOS = 9;

let row: Kept | null = null;
let written: Promise<void> = Promise.resolve();
let look: ((more: Record<string, string>) => Promise<boolean>) | null = null;

function here(): Kept {
  row = row ?? begin(form?.dataset.by ?? "");
  return row;
}

function isEmpty(kept: Kept): boolean {
  const telling = kept.fields.some(([name, value]) => ["words", "address", "place", "phone"].includes(name) && value.trim());
  return !telling && !kept.photos.length && !kept.sound;
}

// One writing after another, the last with what stands there then.
function save(): Promise<void> {
  written = written.then(async () => {
    if (!form) {
      return;
    }
    const kept = here();
    kept.fields = collect(form);
    kept.place = placeName(form) || kept.place;
    kept.at = Date.now();
    if (isEmpty(kept)) {
      await remove(kept.id);
      return;
    }
    await put(kept);
    sessionStorage.setItem(TAB, kept.id);
    writing(kept.id);
    for (const [name, value] of proof(kept)) {
      hidden(form, name, value);
    }
    hidden(form, "photo_lng", kept.taken.lng);
    hidden(form, "photo_lat", kept.taken.lat);
    hidden(form, "photo_at", kept.taken.at);
    hidden(form, "awaited", String(kept.photos.length));
  });
  return written;
}

// --- photos and recordings ---

function drawPhotos(): void {
  const list = document.querySelector<HTMLElement>("[data-photos]");
  if (!list) {
    return;
  }
  list.replaceChildren(
    ...(row?.photos ?? []).map((photo) => {
      const item = document.createElement("li");
      const address = URL.createObjectURL(photo.data);
      const picture = document.createElement("img");
      picture.alt = photo.name;
      picture.src = address;
      const out = document.createElement("button");
      out.type = "button";
      out.className = "govuk-button govuk-button--secondary";
      out.textContent = list.dataset.remove ?? "";
      out.setAttribute("aria-label", `${list.dataset.remove ?? ""} ${photo.name}`);
      out.addEventListener("click", () => {
        here().photos = here().photos.filter((each) => each.id !== photo.id);
        URL.revokeObjectURL(address);
        void save();
        drawPhotos();
      });
      item.append(picture, out);
      return item;
    }),
  );
}

function offerPhoto(): void {
  const mould = document.querySelector<HTMLTemplateElement>("template[data-photo-says]");
  if (mould && form && !form.querySelector("[name=offered]")) {
    mould.before(mould.content.cloneNode(true));
  }
  if (row?.taken.lng && !form?.querySelector("[name=place]") && navigator.onLine) {
    look?.({}).catch(() => false);
  }
}

async function take(files: File[]): Promise<void> {
  const kept = here();
  for (const file of files.slice(0, MOST_PHOTOS - kept.photos.length)) {
    if (file.type.startsWith("audio/")) {
      kept.sound = file;
      continue;
    }
    const said = await read(file);
    kept.taken = {
      lng: kept.taken.lng || said.lng,
      lat: kept.taken.lat || said.lat,
      at: kept.taken.at || said.at,
    };
    kept.photos.push({ id: newId(), data: await shrink(file, said.turn), name: file.name });
    drawPhotos();
  }
  await save();
  drawSound();
  if (kept.taken.lng || kept.taken.at) {
    offerPhoto();
  }
}

function drawSound(): void {
  const voice = document.querySelector<HTMLElement>("[data-voice]");
  const heard = voice?.querySelector<HTMLAudioElement>("audio");
  const out = voice?.querySelector<HTMLButtonElement>("[data-unsay]");
  if (!voice || !heard || !out) {
    return;
  }
  heard.hidden = out.hidden = !row?.sound;
  if (row?.sound) {
    voice.hidden = false;
    heard.src = URL.createObjectURL(row.sound);
  }
}

function enliven(voice: HTMLElement): void {
  const speak = voice.querySelector<HTMLButtonElement>("[data-speak]");
  const told = voice.querySelector<HTMLElement>("[data-voice-status]");
  let recording: Recording | null = null;
  voice.querySelector("[data-unsay]")?.addEventListener("click", () => {
    here().sound = null;
    void save();
    drawSound();
  });
  if (!speak || !told || !canRecord()) {
    return;
  }
  voice.hidden = speak.hidden = false;
  const begun = speak.textContent ?? "";
  speak.addEventListener("click", () => {
    if (recording) {
      recording.stop();
      return;
    }
    record((left) => {
      told.textContent = (told.dataset.left ?? "").replace("{n}", String(left));
    })
      .then(async (running) => {
        recording = running;
        speak.textContent = speak.dataset.stop ?? "";
        here().sound = await running.done;
        recording = null;
        speak.textContent = begun;
        told.textContent = "";
        await save();
        drawSound();
      })
      .catch(() => {
        told.textContent = told.dataset.denied ?? "";
      });
  });
}

// --- sending ---

function say(name: string): void {
  const told = document.querySelector<HTMLElement>("[data-send-status]");
  if (told) {
    told.textContent = told.dataset[name] ?? "";
  }
}

// What a report must have, where nobody can be asked: without signal the list of places cannot be searched.
function missing(kept: Kept): string {
  const has = (...names: string[]) => kept.fields.some(([name, value]) => names.includes(name) && value.trim());
  if (!has("words") && !kept.sound) {
    return "words";
  }
  return has("place", "county", "lng") ? "" : "where";
}

async function wait(kept: Kept): Promise<void> {
  const what = missing(kept);
  if (what) {
    say(what);
    return;
  }
  kept.state = "waiting";
  await put(kept);
  row = null;
  sessionStorage.removeItem(TAB);
  writing("");
  form?.reset();
  places?.replaceChildren();
  drawPhotos();
  drawSound();
  document.querySelector("[data-kind-note]")?.replaceChildren();
  say("");
  const worker = await navigator.serviceWorker?.getRegistration();
  // Where the browser does not know this, opening the page again sends it.
  (worker as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync?.register("report").catch(() => undefined);
  await show(deeds);
  document.querySelector("[data-kept]")?.scrollIntoView();
  if (navigator.onLine) {
    await deeds.tryNow();
  }
}

async function go(): Promise<void> {
  if (!form) {
    return;
  }
  await save();
  const kept = here();
  if (!navigator.onLine || "shell" in form.dataset) {
    await wait(kept);
    return;
  }
  const work = JSON.parse(form.dataset.work ?? "null") as Work | null;
  if (work) {
    say("working");
    hidden(form, "work", await solve(work, kept.id));
  }
  if (kept.sound && !form.querySelector("[name=drop]")) {
    attach(form, kept.sound, soundName(kept.sound));
  }
  if (!isEmpty(kept)) {
    kept.state = "sending";
    await put(kept);
  }
  HTMLFormElement.prototype.submit.call(form);
}

const deeds: Deeds = {
  async goOn(kept) {
    if (!form) {
      return;
    }
    row = kept;
    row.state = "writing";
    const place = kept.fields.find(([name]) => name === "place")?.[1];
    restore(form, places, kept.fields);
    if (places && place && !form.querySelector(`[name=place][value="${place}"]`)) {
      const drawn = await look?.({ place }).catch(() => false);
      if (drawn) {
        restore(form, places, kept.fields);
      } else {
        keepPlace(places, place, kept.place);
      }
    }
    if (kept.taken.lng || kept.taken.at) {
      offerPhoto();
      restore(form, null, kept.fields);
    }
    drawPhotos();
    drawSound();
    await save();
    form.querySelector<HTMLElement>("[name=words]")?.focus();
  },
  async tryNow() {
    await sendAll(progress).catch(() => undefined);
    await show(deeds);
  },
};

// The slip that the form led to: what was kept is there, so it goes; its photos follow.
async function sent(): Promise<void> {
  const id = sessionStorage.getItem(TAB);
  const kept = id ? await find(id) : undefined;
  if (!kept || kept.state !== "sending" || !(await send(kept, true))) {
    return;
  }
  sessionStorage.removeItem(TAB);
  kept.slip = "";
  if (kept.photos.length) {
    await put(kept);
    await sendPhotos(kept, progress).catch(() => {
      const told = document.querySelector<HTMLElement>("[data-sent] [data-progress]");
      if (told) {
        told.textContent = told.dataset.waiting ?? "";
      }
    });
  } else {
    await remove(kept.id);
  }
}

// A page between writing and sending: what was written stays a draft until an answer sends it. Lost on the way, it is sent later
// with what was answered: what is about an office must not go to that office.
async function asked(page: HTMLFormElement): Promise<void> {
  const id = sessionStorage.getItem(TAB);
  const kept = id ? await find(id) : undefined;
  if (!kept) {
    return;
  }
  kept.state = "writing";
  await put(kept);
  page.addEventListener("click", (event) => {
    const button = event.target instanceof HTMLElement ? event.target.closest("button") : null;
    if (!button || button.name === "back") {
      return;
    }
    event.preventDefault();
    kept.state = "sending";
    if (button.name) {
      hidden(page, button.name, button.value);
    }
    kept.fields = collect(page);
    put(kept).finally(() => HTMLFormElement.prototype.submit.call(page));
  });
}

async function begun(): Promise<void> {
  await all();
  const between = document.querySelector<HTMLFormElement>("form[data-asked]");
  if (between) {
    await asked(between);
    return;
  }
  if (document.querySelector("[data-sent]")) {
    await sent();
    return;
  }
  if (!form) {
    return;
  }
  const id = sessionStorage.getItem(TAB);
  if (id && "again" in form.dataset) {
    row = (await find(id)) ?? null;
    if (row) {
      row.state = "writing";
      await save();
      drawPhotos();
      drawSound();
    }
  }
  form.addEventListener("input", () => void save());
  form.addEventListener("change", () => void save());
  const voice = document.querySelector<HTMLElement>("[data-voice]");
  if (voice) {
    enliven(voice);
  }
  const files = form.querySelector<HTMLInputElement>("input[type=file][name=files]");
  files?.addEventListener("change", () => {
    const chosen = Array.from(files.files ?? []);
    files.value = "";
    say("shrinking");
    void take(chosen).finally(() => say(""));
  });
  let pressed: HTMLElement | null = null;
  form.addEventListener("click", (event) => {
    pressed = event.target instanceof HTMLElement ? event.target.closest("button") : null;
  });
  form.addEventListener("submit", (event) => {
    if (!(pressed instanceof HTMLButtonElement && pressed.name)) {
      event.preventDefault();
      go().catch(() => HTMLFormElement.prototype.submit.call(form));
    }
    pressed = null;
  });
  window.addEventListener("online", () => void deeds.tryNow());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  await show(deeds);
  await deeds.tryNow();
}

// Looking for places is the page's own; it is used to draw a kept place again.
export function keep(looking: (more: Record<string, string>) => Promise<boolean>): void {
  look = looking;
  if (!("indexedDB" in window)) {
    return;
  }
  // A browser that keeps nothing in private windows reports as one without script.
  begun().catch(() => undefined);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/report/worker.js", { scope: "/report" }).catch(() => undefined);
  }
}
