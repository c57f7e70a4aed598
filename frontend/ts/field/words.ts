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

const days = new Intl.DateTimeFormat(tongue, { month: "short", day: "numeric" });
const clock = new Intl.DateTimeFormat(tongue, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function when(at: string | number | Date): string {
  const moment = new Date(at);
  return `${days.format(moment)} ${clock.format(moment)}`;
}

// The day in the region, as the server writes it.
export function day(moment: Date): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(moment);
}

const MINUTE = 60_000;

// How long until, or since: in minutes below an hour, in hours below two days, else in days.
export function span(ms: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / MINUTE));
  if (minutes < 60) {
    return say("minutes", { n: minutes });
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? say("hours", { n: hours }) : say("days", { n: Math.round(hours / 24) });
}
