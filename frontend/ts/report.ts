// SPDX-License-Identifier: Apache-2.0
// Reporting works without this. With it, what is written stays on the phone until it was sent, looking for a place needs no
// reload, and the phone may give its position.
import { hidden } from "./phone/form";
import { keep } from "./phone/draft";

const form = document.querySelector<HTMLFormElement>("form[data-report]");
const places = document.querySelector<HTMLElement>("[data-places]");
const progress = document.querySelector<HTMLElement>("[data-status]");
const position = document.querySelector<HTMLButtonElement>("[data-position]");

function say(words: string): void {
  if (progress) {
    progress.textContent = words;
  }
}

// Draws a list of the form anew, as it would be drawn without script; its first choice, or nothing.
async function draw(list: HTMLElement | null, address: string | undefined, more: Record<string, string>): Promise<HTMLInputElement | null> {
  if (!form || !list || !address) {
    return null;
  }
  const sent = new FormData();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "draft") {
      sent.set(name, value);
    }
  }
  for (const [name, value] of Object.entries(more)) {
    sent.set(name, value);
  }
  const answer = await fetch(address, { method: "POST", body: sent, credentials: "same-origin" });
  if (!answer.ok) {
    return null;
  }
  list.innerHTML = await answer.text();
  return list.querySelector<HTMLInputElement>("input[type=radio]");
}

// What the button does by itself: never the sending.
function withoutScript(name: string): void {
  if (form) {
    hidden(form, name, "1");
    form.submit();
  }
}

async function look(more: Record<string, string>): Promise<boolean> {
  const first = await draw(places, places?.dataset.places, more);
  first?.focus();
  return first !== null;
}

form?.querySelector<HTMLButtonElement>("[data-find]")?.addEventListener("click", (event) => {
  event.preventDefault();
  say("");
  look({}).catch(() => withoutScript("find"));
});

// A place chosen in the list answers the question above it: that is no longer red.
places?.addEventListener("change", () => {
  form?.querySelector("[name=address]")?.dispatchEvent(new Event("input", { bubbles: true }));
});

// Which office it is about is asked as soon as that is ticked, and again when the place is another.
const offices = document.querySelector<HTMLElement>("[data-offices]");
const about = form?.querySelector<HTMLInputElement>("input[name=about]");

function lookForOffices(): Promise<HTMLInputElement | null> {
  return draw(offices, offices?.dataset.offices, { find_office: "1" });
}

form?.addEventListener("change", (event) => {
  const changed = event.target instanceof HTMLElement ? event.target.getAttribute("name") : "";
  if (about?.checked && ["about", "place", "county"].includes(changed ?? "")) {
    // After all else of the same moment: a draft that is put back says in the next step which office was chosen.
    Promise.resolve()
      .then(lookForOffices)
      .catch(() => null);
  }
});

form?.querySelector<HTMLButtonElement>("[name=find_office]")?.addEventListener("click", (event) => {
  event.preventDefault();
  lookForOffices().then(
    (first) => first?.focus(),
    () => withoutScript("find_office"),
  );
});

// The kind that the words speak of is chosen beforehand; what the person chose is never changed.
const kinds = document.querySelector<HTMLElement>("[data-kinds]");
const words = form?.querySelector<HTMLTextAreaElement>("textarea[name=words]");
let chosen = false;

function propose(): void {
  if (!kinds || !words || chosen) {
    return;
  }
  const typed = words.value.toLowerCase();
  // key=hint;hint|key=hint: as JSON, its quotes alone are a twentieth of the page.
  const known = (kinds.dataset.kinds ?? "").split("|").map((each) => each.split("="));
  const hits = known.map(([key = "", hints = ""]) => ({ key, hits: hints.split(";").filter((hint) => hint && typed.includes(hint)).length }));
  const best = hits.reduce((one, other) => (other.hits > one.hits ? other : one), { key: "", hits: 0 });
  const radio = best.hits ? kinds.querySelector<HTMLInputElement>(`input[name=kind][value="${best.key}"]`) : null;
  const note = kinds.querySelector<HTMLElement>("[data-kind-note]");
  if (radio && note && !radio.checked) {
    radio.checked = true;
    note.textContent = note.dataset.kindNote ?? "";
    ask();
  }
}

// What a kind asks besides is shown with that kind.
function ask(): void {
  const kind = kinds?.querySelector<HTMLInputElement>("input[name=kind]:checked")?.value;
  for (const question of kinds?.querySelectorAll<HTMLElement>("[data-kind-question]") ?? []) {
    question.hidden = question.dataset.kindQuestion !== kind;
  }
  // What was shown here is not asked again before sending.
  const asked = kinds?.querySelector<HTMLInputElement>("input[name=kind_asked]");
  if (asked) {
    asked.value = kind ?? "";
  }
}

if (kinds) {
  chosen = Boolean(kinds.querySelector<HTMLInputElement>("input[name=kind]:checked")?.value);
  kinds.addEventListener("change", () => {
    chosen = true;
    ask();
  });
  // While typing, not on leaving the field: what moves under a finger that is about to touch is not touched.
  words?.addEventListener("input", propose);
}

// Numbers to call stand large as soon as the words sound like danger; they stay so, and sending is never hindered by it.
const call = document.querySelector<HTMLElement>("[data-call]");
const alarms = (call?.dataset.call ?? "").split(";").filter((alarm) => alarm);
words?.addEventListener("input", () => {
  const typed = words.value.toLowerCase();
  if (alarms.some((alarm) => typed.includes(alarm))) {
    call?.classList.add("anlan-call--now");
  }
});

if (position && "geolocation" in navigator && window.isSecureContext) {
  position.hidden = false;
  position.addEventListener("click", () => {
    say(progress?.dataset.asking ?? "");
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const { longitude, latitude, accuracy } = found.coords;
        const point = {
          lng: String(Math.round(longitude * 1e7)),
          lat: String(Math.round(latitude * 1e7)),
          metres: String(Math.round(accuracy)),
        };
        look(point).then(
          (any) => say(any ? "" : (progress?.dataset.outside ?? "")),
          () => {
            // Without signal the position alone goes along.
            Object.entries(point).forEach(([name, value]) => places && hidden(places, name, value));
            places?.dispatchEvent(new Event("change", { bubbles: true }));
            say(progress?.dataset.alone ?? "");
          },
        );
      },
      () => say(progress?.dataset.denied ?? ""),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

keep(look);
