// SPDX-License-Identifier: Apache-2.0
// Sends what waits. Sending again is sending once: the server knows a report by its id and secret, a photo by its own id.
import { all, find, put, remove, type Kept } from "./store";
import { solve, type Work } from "./work";

export const PHONE = "/report/phone";
export const PHOTO = "/report/photo";

type Hello = { token: string; by: string; work: Work | null };
type Slip = { number: string; slip: string };
type Problem = { detail?: string; errors?: { detail: string }[] };

const LATER = [403, 408, 425, 429];

// What the server must have to know that it is this phone's report.
export function proof(row: Kept): [string, string][] {
  return [
    ["case", row.id],
    ["secret", row.secret],
  ];
}

export async function hello(): Promise<Hello> {
  const answer = await fetch(PHONE, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return (await answer.json()) as Hello;
}

async function post(address: string, token: string, given: [string, string | Blob, string?][]): Promise<Response> {
  const body = new FormData();
  for (const [name, value, file] of given) {
    if (typeof value === "string") {
      body.append(name, value);
    } else {
      body.append(name, value, file);
    }
  }
  const headers = { "X-CSRFToken": token };
  return fetch(address, { method: "POST", body, headers, credentials: "same-origin" });
}

export function soundName(sound: Blob): string {
  return sound.type.includes("mp4") ? "recording.m4a" : "recording.webm";
}

// Sends one report, or with `ask` only asks whether it is there. Throws when trying later may help.
export async function send(row: Kept, ask = false): Promise<boolean> {
  const { token, work } = await hello();
  const given: [string, string | Blob, string?][] = [...proof(row), ["by", row.by]];
  if (ask) {
    given.push(["ask", "1"]);
  } else {
    given.push(...row.fields, ["awaited", String(row.photos.length)]);
    given.push(["photo_lng", row.taken.lng], ["photo_lat", row.taken.lat], ["photo_at", row.taken.at]);
    if (row.sound) {
      given.push(["files", row.sound, soundName(row.sound)]);
    }
    if (work) {
      given.push(["work", await solve(work, row.id)]);
    }
  }
  const answer = await post(PHONE, token, given);
  // Whoever cleared the phone meanwhile wants nothing of it back.
  if (!(await find(row.id))) {
    return false;
  }
  if (answer.ok) {
    const slip = (await answer.json()) as Slip;
    row.state = "sent";
    row.slip = slip.slip;
    row.fields = [];
    row.sound = null;
    row.announced = row.photos.length;
    await put(row);
    return true;
  }
  if (ask) {
    return false;
  }
  if (answer.status >= 500 || LATER.includes(answer.status)) {
    throw new Error(String(answer.status));
  }
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  row.state = "wrong";
  row.why = [...(problem.errors ?? []).map((each) => each.detail), problem.detail ?? ""].find((each) => each) ?? "";
  await put(row);
  return false;
}

export type Progress = (row: Kept, left: number, of: number) => void;

// Photos one by one; each that arrived leaves the phone. One that is refused for good leaves it too: trying again helps nobody.
export async function sendPhotos(row: Kept, tell: Progress = () => undefined): Promise<void> {
  const of = Math.max(row.announced, row.photos.length);
  while (row.photos.length) {
    tell(row, row.photos.length, of);
    const photo = row.photos[0];
    if (!photo) {
      break;
    }
    const { token } = await hello();
    const answer = await post(PHOTO, token, [...proof(row), ["photo", photo.id], ["files", photo.data, photo.name]]);
    if (!answer.ok && (answer.status >= 500 || LATER.includes(answer.status))) {
      throw new Error(String(answer.status));
    }
    if (!(await find(row.id))) {
      return;
    }
    row.photos = row.photos.slice(1);
    await put(row);
  }
  tell(row, 0, of);
  if (!row.slip) {
    await remove(row.id);
  }
}

// All that waits. Throws when something still does, so that the browser tries again.
export async function sendAll(tell: Progress = () => undefined): Promise<void> {
  let failed: unknown = null;
  for (const row of await all()) {
    try {
      if (row.state === "waiting" || row.state === "sending") {
        await send(row);
      }
      if (row.state === "sent" && row.photos.length) {
        await sendPhotos(row, tell);
      }
    } catch (error) {
      failed = error;
      if (row.state === "sending") {
        row.state = "waiting";
        await put(row);
      }
    }
  }
  if (failed) {
    throw failed;
  }
}
