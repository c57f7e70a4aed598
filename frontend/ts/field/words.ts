// SPDX-License-Identifier: Apache-2.0
// The app's words, in the language of the page, and times as they are read in it.
import { now } from "./moment";

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

// A case number as people read it out, as on every page: 4821 0937 5516 2047.
export function inFours(number: string): string {
  return number.replace(/\d{4}(?=\d)/g, "$& ");
}

// Whether a text was written in Chinese only, and whoever reads the app in English is shown that.
export function isForeign(both: Named): boolean {
  return language !== "zh" && (!both.en || both.en === both.zh);
}

const MINUTE = 60_000;
const inDays = { timeZone: zone, month: "short", day: "numeric" } as const;
const locale = language === "zh" ? tongue : "en-GB";
const days = new Intl.DateTimeFormat(locale, inDays);
const daysOfYear = new Intl.DateTimeFormat(locale, { ...inDays, year: "numeric" });
const clock = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// As the clocks of the region show it, wherever the phone thinks that it is.
export function dated(at: string | number | Date): string {
  const moment = new Date(at);
  const same = day(moment).slice(0, 4) === today().slice(0, 4);
  return `${(same ? days : daysOfYear).format(moment)} ${clock.format(moment)}`;
}

// The same for who reads it now, in the words of the desk: today, tomorrow, yesterday.
export function when(at: string | number | Date): string {
  const moment = new Date(at);
  const away = Math.round((Date.parse(day(moment)) - Date.parse(today())) / (24 * 60 * MINUTE));
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[String(away)];
  return near ? say(near, { time: clock.format(moment) }) : dated(moment);
}

const numbers = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
const asDay = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...numbers });
const asMinute = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...numbers, hour: "2-digit", minute: "2-digit" });

// The day in the region, as the server writes it.
export function day(moment: Date): string {
  return asDay.format(moment);
}

let minute = { n: 0, day: "" };

// Long lists ask for it in every row.
function today(): string {
  const n = Math.floor(now() / MINUTE);
  if (minute.n !== n) {
    minute = { n, day: day(new Date(now())) };
  }
  return minute.day;
}

// A moment as a field for a time has it: what the clocks of the region show, without a zone.
export function localOf(at: string | number | Date): string {
  return asMinute.format(new Date(at)).replace(" ", "T");
}

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
  const here = new Date();
  return zoneAhead(here) !== -here.getTimezoneOffset();
}

function counted(key: string, n: number): string {
  return n ? say(n === 1 ? key : `${key}s`, { n }) : "";
}

// How long until, or since, as the desk says it: in at most two units, from three days on in days.
export function span(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / MINUTE);
  const hours = Math.floor(minutes / 60);
  const whole = Math.floor(hours / 24);
  if (!minutes) {
    return say("less");
  }
  const units = whole >= 3 ? [counted("day", whole)] : whole ? [counted("day", whole), counted("hour", hours % 24)] : [counted("hour", hours), counted("minute", minutes % 60)];
  return units.filter((one) => one).join(" ");
}
