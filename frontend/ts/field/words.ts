// SPDX-License-Identifier: Apache-2.0
// The app's words, in the language of the page, and times as they are read in it.
function told<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as T;
}

const words = told<Record<string, string>>("words");

export const addresses = told<{ hello: string; terminals: string; worker: string; version: string; sign_in: string; online: string; live: string }>("addresses");
export const language = (document.getElementById("main")?.dataset.language ?? "zh") as "zh" | "en";
export const version = document.getElementById("main")?.dataset.version ?? "";
const zone = document.getElementById("main")?.dataset.zone ?? "Asia/Shanghai";
export const tongue = language === "zh" ? "zh-Hans" : "en";

export type Named = { zh: string; en: string };

export function say(key: string, values: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/%\((\w+)\)s/g, (whole, name: string) => String(values[name] ?? whole));
}

export function named(both: Named | undefined): string {
  return both ? both[language] || both.zh : "";
}

export const colon = language === "zh" ? "：" : ": ";
export const comma = language === "zh" ? "、" : ", ";

const days = new Intl.DateTimeFormat(tongue, { timeZone: zone, month: "short", day: "numeric" });
const clock = new Intl.DateTimeFormat(tongue, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// As the clocks of the region show it, wherever the phone thinks that it is.
export function when(at: string | number | Date): string {
  const moment = new Date(at);
  return `${days.format(moment)} ${clock.format(moment)}`;
}

const numbers = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
const asDay = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...numbers });
const asMinute = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...numbers, hour: "2-digit", minute: "2-digit" });

// The day in the region, as the server writes it.
export function day(moment: Date): string {
  return asDay.format(moment);
}

// A moment as a field for a time has it: what the clocks of the region show, without a zone.
export function localOf(at: string | number | Date): string {
  return asMinute.format(new Date(at)).replace(" ", "T");
}

const MINUTE = 60_000;

// How far the region's clocks are ahead of UTC at a moment, in minutes.
function zoneAhead(moment: Date): number {
  // What the region's clocks show is whole minutes.
  return Date.parse(`${localOf(moment)}Z`) / MINUTE - Math.floor(moment.getTime() / MINUTE);
}

// The moment that somebody typed into such a field.
export function momentOf(local: string): string {
  const guess = new Date(`${local}Z`);
  return new Date(guess.getTime() - zoneAhead(guess) * MINUTE).toISOString();
}

// Whether the phone's own clock shows other hours than the region's.
export function zoneDiffers(): boolean {
  const now = new Date();
  return zoneAhead(now) !== -now.getTimezoneOffset();
}

// How long until, or since: in minutes below an hour, in hours below two days, else in days.
export function span(ms: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / MINUTE));
  if (minutes < 60) {
    return say("minutes", { n: minutes });
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? say("hours", { n: hours }) : say("days", { n: Math.round(hours / 24) });
}
