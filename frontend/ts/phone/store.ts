// SPDX-License-Identifier: Apache-2.0
// What a phone keeps of reports until they are sent: one row each, photos included, in IndexedDB. Pages and worker share it.
import { database } from "./database";

export type Photo = { id: string; data: Blob; name: string };

export type Kept = {
  id: string; // the case's id, made here
  secret: string; // proves to the server that this phone sent it
  by: string; // the session it was written in, as a mark; empty: nobody's
  at: number;
  // writing; sending: the form went off and its answer was not seen yet; waiting: for signal; wrong: the person must look
  // again; sent: photos or the reading of the slip are left.
  state: "writing" | "sending" | "waiting" | "wrong" | "sent";
  fields: [string, string][];
  place: string; // what the chosen place is called
  photos: Photo[];
  announced: number;
  sound: Blob | null;
  taken: { lng: string; lat: string; at: string };
  why: string;
  slip: string;
};

const NAME = "anlan";
const ROWS = "reports";
const WEEK = 7 * 24 * 3600 * 1000;

const open = database(NAME, (made) => made.createObjectStore(ROWS, { keyPath: "id" }));

async function ask<T>(mode: IDBTransactionMode, how: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const work = (await open()).transaction(ROWS, mode);
  const asked = how(work.objectStore(ROWS));
  return new Promise((done, failed) => {
    work.oncomplete = () => done(asked.result);
    work.onabort = () => failed(work.error);
    work.onerror = () => failed(work.error);
  });
}

// All rows, the oldest first. Drafts and slips lapse after a week; what waits for signal does not.
export async function all(): Promise<Kept[]> {
  const rows = (await ask("readonly", (store) => store.getAll())) as Kept[];
  const kept: Kept[] = [];
  for (const row of rows) {
    if (Date.now() - row.at > WEEK && row.state !== "waiting" && row.state !== "sending") {
      await remove(row.id);
    } else {
      kept.push(row);
    }
  }
  return kept.sort((one, other) => one.at - other.at);
}

export async function find(id: string): Promise<Kept | undefined> {
  return ask("readonly", (store) => store.get(id) as IDBRequest<Kept | undefined>);
}

export async function put(row: Kept): Promise<void> {
  await ask("readwrite", (store) => store.put(row));
}

export async function remove(id: string): Promise<void> {
  await ask("readwrite", (store) => store.delete(id));
}

export async function clear(): Promise<void> {
  await ask("readwrite", (store) => store.clear());
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

// A UUIDv7, as the server makes its own: 48 bits of milliseconds, the rest random.
export function newId(): string {
  const bytes = random(16);
  let left = Date.now();
  for (let place = 5; place >= 0; place--) {
    bytes[place] = left % 256;
    left = Math.floor(left / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes);
}

export function begin(by: string): Kept {
  return {
    id: newId(),
    secret: hex(random(32)),
    by,
    at: Date.now(),
    state: "writing",
    fields: [],
    place: "",
    photos: [],
    announced: 0,
    sound: null,
    taken: { lng: "", lat: "", at: "" },
    why: "",
    slip: "",
  };
}
