// SPDX-License-Identifier: Apache-2.0
// The server's API, as this phone's terminal. A call that got no answer may always be made again.
import type { Act, Alert, Case, Kit, Phone, Problem } from "./model";
import { now } from "./moment";
import { base64, bytesOfHex, type Bytes, type Photo } from "./store";
import { tongue } from "./words";

const API = "/api/v1";
const PATIENCE = 60_000;
const PIECE = 256 * 1024;
const SMALLEST_PIECE = 16 * 1024;

// No answer, or one that says "later".
export class Later extends Error {
  constructor(readonly seconds = 0) {
    super("later");
  }
}

// The token is good no more: `expired`, `revoked`, `erase`.
export class Ended extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export type Pulled = { cases: Case[]; removed: string[]; next: string; more: boolean; anew: boolean; stamp: string; kit: string; alerts: Alert[] };
export type Answer = { done: { number: string; seq: number; state: string } | null; problem: Problem | null };
export type Synced = { answers: Answer[]; stamp: string; clock_differs_by: number | null };

const ENDS = ["expired", "revoked", "erase", "no_token"];

// In a demo a person may try what it is like without signal.
export const line = { cut: false };

async function call(me: Phone, method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  if (line.cut) {
    throw new Later();
  }
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  let answer: Response;
  try {
    answer = await fetch(`${API}${path}`, {
      method,
      body: body ?? null,
      headers: { Authorization: `Bearer ${me.token}`, "Accept-Language": tongue, ...headers },
      credentials: "omit",
      cache: "no-store",
      signal: patience.signal,
    });
  } catch {
    throw new Later();
  } finally {
    clearTimeout(timer);
  }
  if (answer.ok || answer.status === 304) {
    return answer;
  }
  const problem = (await answer.json().catch(() => ({ code: "", detail: "" }))) as Problem;
  if (answer.status === 401) {
    throw new Ended(ENDS.includes(problem.code) ? problem.code : "no_token");
  }
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
    throw new Later(Number(answer.headers.get("Retry-After") ?? 0));
  }
  throw new Refusal({ ...problem, status: answer.status });
}

// An answer that broke off on its way is no answer.
async function json<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Later();
  }
}

export async function pull(me: Phone, after: string, told: { version: string; waiting: number; size: number }): Promise<Pulled> {
  const query = new URLSearchParams({ version: told.version, waiting: String(told.waiting), size: String(told.size) });
  if (after) {
    query.set("after", after);
  }
  return json(await call(me, "GET", `/sync?${query.toString()}`));
}

export async function readKit(me: Phone): Promise<Kit> {
  const answer = await call(me, "GET", "/sync/kit");
  const tag = (answer.headers.get("ETag") ?? "").replace(/^W\//, "").replace(/"/g, "");
  return { ...(await json<Kit>(answer)), tag };
}

export async function readOutlines(me: Phone): Promise<{ code: string; rings: number[][] }[]> {
  return (await json<{ outlines: { code: string; rings: number[][] }[] }>(await call(me, "GET", "/sync/outlines"))).outlines;
}

// Places and a day: all that a patrol tells.
export async function sendPatrol(me: Phone, told: { day: string; places: readonly string[] }): Promise<void> {
  await call(me, "POST", "/patrols", JSON.stringify({ day: told.day, places: told.places }), { "Content-Type": "application/json" });
}

export function asSent(act: Act): Record<string, unknown> {
  const opens = act.place !== null;
  return {
    request: act.id,
    action: act.action,
    at: act.at,
    case: act.case,
    data: act.data,
    files: act.photos.map((photo) => photo.digest),
    ...(opens ? { procedure: act.procedure, place: act.place } : { expect: act.expect }),
  };
}

export async function send(me: Phone, acts: readonly Act[], stamp: string | null): Promise<Synced> {
  const body = JSON.stringify({ acts: acts.map(asSent), stamp, clock: new Date(now()).toISOString() });
  return json(await call(me, "POST", "/sync", body, { "Content-Type": "application/json" }));
}

// A digest as RFC 9530 writes it.
function written(digest: Bytes): string {
  return `sha-256=:${base64(digest)}:`;
}

// Kept by an earlier version of the app there is none; what is no digest is not said, for it must hold up no act.
const DIGEST = /^[0-9a-f]{64}$/;
function saidOrigin(origin = ""): Record<string, string> {
  return DIGEST.test(origin) ? { "Origin-Digest": written(bytesOfHex(origin)) } : {};
}

// A photo in pieces, going on where the server has it; each piece is sent again until it is there.
export async function sendPhoto(me: Phone, act: Act, { digest, origin }: Photo, photo: Blob): Promise<void> {
  const path = `/uploads/${act.case}/${digest}`;
  const bytes = new Uint8Array(await new Response(photo).arrayBuffer());
  let { received, whole } = await json<{ received: number; whole: boolean }>(await call(me, "GET", path));
  while (!whole) {
    // The last piece may be small, none before it.
    const left = bytes.length - received;
    const size = left - PIECE < SMALLEST_PIECE ? left : PIECE;
    const piece = bytes.slice(received, received + size);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", piece));
    const query = new URLSearchParams({ size: String(bytes.length), offset: String(received), procedure: act.procedure });
    const answer = await call(me, "PUT", `${path}?${query.toString()}`, new Blob([piece]), {
      "Content-Type": "application/octet-stream",
      "Content-Digest": written(sum),
      ...saidOrigin(origin),
    });
    ({ received, whole } = await json<{ received: number; whole: boolean }>(answer));
  }
}

export async function readFile(me: Phone, url: string): Promise<Blob> {
  return (await call(me, "GET", url.replace(API, ""))).blob();
}

// An act that arrived sealed from an earlier phone of this post.
export type SealedOf = {
  id: string;
  received_at: string;
  stamp: string | null;
  act: { request: string; action: string; at: string; case: string; procedure?: string; place?: string; data: Record<string, unknown>; files: string[]; expect?: number };
  photos: { id: string; digest: string; size: number; type: string; origin: string }[];
};

export async function readSealed(me: Phone): Promise<SealedOf[]> {
  return (await json<{ acts: SealedOf[] }>(await call(me, "GET", "/outbox"))).acts;
}

export async function readSealedPhoto(me: Phone, act: string, photo: string): Promise<Blob> {
  return (await call(me, "GET", `/outbox/${act}/photos/${encodeURIComponent(photo)}`)).blob();
}

export async function forgetSealed(me: Phone, act: string): Promise<void> {
  await call(me, "DELETE", `/outbox/${act}`);
}

export async function confirmAlert(me: Phone, number: string): Promise<void> {
  await call(me, "POST", `/alerts/${number}/confirmation`);
}

export async function signOut(me: Phone): Promise<void> {
  await call(me, "DELETE", "/sync/terminal");
}

export async function pushKey(me: Phone): Promise<string> {
  return (await json<{ key: string }>(await call(me, "GET", "/sync/screen"))).key;
}

export async function tellHere(me: Phone, found: PushSubscription, on: boolean): Promise<void> {
  const { endpoint, keys } = found.toJSON();
  await call(me, on ? "PUT" : "DELETE", "/sync/screen", JSON.stringify({ endpoint, keys }), { "Content-Type": "application/json" });
}
