// SPDX-License-Identifier: Apache-2.0
// What stands in the report's form, to be kept and to be put back.
const OURS = ["csrfmiddlewaretoken", "draft", "case", "secret", "photo_lng", "photo_lat", "photo_at", "awaited", "work", "drop"];
const POINT = ["lng", "lat", "metres"];

export type Answers = [string, string][];

export function collect(form: HTMLFormElement): Answers {
  const found: Answers = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value && !OURS.includes(name)) {
      found.push([name, value]);
    }
  }
  return found;
}

export function hidden(form: HTMLElement, name: string, value: string): void {
  let input = form.querySelector<HTMLInputElement>(`input[type=hidden][name="${name}"]`);
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    form.append(input);
  }
  input.value = value;
}

export function placeName(form: HTMLFormElement): string {
  const chosen = form.querySelector<HTMLInputElement>("[name=place]:checked");
  return chosen?.closest(".govuk-radios__item")?.querySelector("label")?.textContent?.trim() ?? "";
}

// A place that was chosen, where its list cannot be drawn again; the words say which.
export function keepPlace(places: HTMLElement, value: string, words: string): void {
  const said = document.createElement("p");
  said.className = "anlan-message";
  said.textContent = words;
  places.replaceChildren(said);
  hidden(places, "place", value);
}

export function restore(form: HTMLFormElement, places: HTMLElement | null, answers: Answers): void {
  for (const [name, value] of answers) {
    const found = Array.from(form.elements).filter((each) => (each as HTMLInputElement).name === name);
    for (const each of found) {
      if (each instanceof HTMLInputElement && (each.type === "radio" || each.type === "checkbox")) {
        each.checked = each.type === "checkbox" || each.value === value;
      } else if (each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement || each instanceof HTMLSelectElement) {
        each.value = value;
      }
      each.dispatchEvent(new Event(each instanceof HTMLTextAreaElement ? "input" : "change", { bubbles: true }));
      const fold = value ? each.closest("details") : null;
      if (fold) {
        fold.open = true;
      }
    }
    const offices = name === "about_organisation" && !found.length ? form.querySelector<HTMLElement>("[data-offices]") : null;
    if (offices) {
      hidden(offices, name, value);
    }
    if (places && POINT.includes(name)) {
      hidden(places, name, value);
    }
  }
}
