// SPDX-License-Identifier: Apache-2.0
// What lies on the phone. Every row that can be read lies under a data key that opens with the person's PIN; photos lie under keys of
// their own, which stand in their act and in its sealed twin. So what is wiped by forgetting the key stays sendable: docs/decisions/field.md
import { database } from "../phone/database";
import { newId } from "../phone/store";

const NAME = "anlan-field";
const PLAIN = "plain"; // not secret: the lock, the server's key, when it was heard last
const ROWS = "rows"; // under the data key
const PHOTOS = "photos"; // each under its own key
const SEALED = "sealed"; // acts sealed to the server
const TABLES = [PLAIN, ROWS, PHOTOS, SEALED] as const;
type Table = (typeof TABLES)[number];

const ROUNDS = 300_000;
const TRIES = 10;

type Lock = { salt: Bytes; iv: Bytes; wrapped: ArrayBuffer; tries: number };
type Row = { id: string; iv: Bytes; data: ArrayBuffer };
export type Bytes = Uint8Array<ArrayBuffer>;
// `photos` that were not sent yet; `held`: its words are at the server; `tried` in vain so often, last answered so, not again before.
export type Tried = { n: number; why: number; after: number };
export type SealedAct = { id: string; key: number; data: ArrayBuffer; photos: string[]; held?: boolean; tried?: Tried | null };
export type Server = { id: number; key: string };

let dataKey: CryptoKey | null = null;

const open = database(NAME, (made) => {
  for (const table of TABLES) {
    made.createObjectStore(table, table === PLAIN ? {} : { keyPath: "id" });
  }
});

// One transaction over some tables; done when it is on disk.
async function work<T>(tables: readonly Table[], how: (table: (name: Table) => IDBObjectStore) => IDBRequest<T> | undefined, mode: IDBTransactionMode = "readwrite"): Promise<T | undefined> {
  // Strict: told done only when it is on the disk itself.
  const transaction = (await open()).transaction([...tables], mode, { durability: "strict" });
  const asked = how((name) => transaction.objectStore(name));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(asked?.result);
    transaction.onabort = () => failed(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => failed(transaction.error);
  });
}

function read<T>(table: Table, how: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  return work([table], (get) => how(get(table)), "readonly");
}

export async function plain<T>(name: string): Promise<T | undefined> {
  return (await read(PLAIN, (table) => table.get(name))) as T | undefined;
}

export async function setPlain(name: string, value: unknown): Promise<void> {
  await work([PLAIN], (get) => get(PLAIN).put(value, name));
}

function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

async function pinKey(pin: string, salt: Bytes): Promise<CryptoKey> {
  const given = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS },
    given,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function asKey(raw: ArrayBuffer): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function isLocked(): Promise<boolean> {
  return !dataKey && (await plain<Lock>("lock")) !== undefined;
}

export function isOpen(): boolean {
  return dataKey !== null;
}

// A new, empty store under this PIN.
export async function begin(pin: string): Promise<void> {
  const raw = random(32);
  const salt = random(16);
  const iv = random(12);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await pinKey(pin, salt), raw);
  const lock: Lock = { salt, iv, wrapped, tries: 0 };
  await work([PLAIN, ROWS], (get) => {
    get(ROWS).clear();
    return get(PLAIN).put(lock, "lock");
  });
  dataKey = await asKey(raw.buffer);
}

// Opens with a PIN. How many tries are left when it is wrong; at none all that can be read is gone.
export async function unlock(pin: string): Promise<"open" | number> {
  const lock = await plain<Lock>("lock");
  if (!lock) {
    return 0;
  }
  // Counted before it is tried: whoever kills the app between gains nothing.
  lock.tries += 1;
  await setPlain("lock", lock);
  try {
    const raw = await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.iv }, await pinKey(pin, lock.salt), lock.wrapped);
    dataKey = await asKey(raw);
    // Not waited for: were it lost, a try more would be counted.
    void setPlain("lock", { ...lock, tries: 0 }).catch(() => undefined);
    return "open";
  } catch {
    const left = TRIES - lock.tries;
    if (left <= 0) {
      await wipe();
    }
    return Math.max(0, left);
  }
}

export function shut(): void {
  dataKey = null;
}

// Nothing here can be read any more. What was not sent yet stays, sealed.
export async function wipe(): Promise<void> {
  dataKey = null;
  await work([PLAIN, ROWS], (get) => {
    get(ROWS).clear();
    get(PLAIN).delete("heard");
    return get(PLAIN).delete("lock");
  });
}

function key(): CryptoKey {
  if (!dataKey) {
    throw new Error("locked");
  }
  return dataKey;
}

async function seal(id: string, value: unknown): Promise<Row> {
  const iv = random(12);
  const name = new TextEncoder().encode(id);
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: name },
    key(),
    new TextEncoder().encode(JSON.stringify(value)),
  );
  return { id, iv, data };
}

async function unseal<T>(row: Row): Promise<T> {
  const name = new TextEncoder().encode(row.id);
  const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: name }, key(), row.data);
  return JSON.parse(new TextDecoder().decode(data)) as T;
}

export async function get<T>(id: string): Promise<T | undefined> {
  const row = (await read(ROWS, (table) => table.get(id))) as Row | undefined;
  return row && unseal<T>(row);
}

export async function all<T>(kind: string): Promise<T[]> {
  const rows = (await read(ROWS, (table) => table.getAll(IDBKeyRange.bound(`${kind}/`, `${kind}/\uffff`)))) as Row[];
  return Promise.all(rows.map((row) => unseal<T>(row)));
}

// The names of all rows of a kind, unopened.
export async function idsOf(kind: string): Promise<string[]> {
  return ((await read(ROWS, (table) => table.getAllKeys(IDBKeyRange.bound(`${kind}/`, `${kind}/\uffff`)))) ?? []) as string[];
}

// Bytes that the office has too: under the data key, so that a phone that is wiped or lost shows nothing of them.
export async function keepBytes(id: string, bytes: ArrayBuffer): Promise<void> {
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) }, key(), bytes);
  await work([ROWS], (get) => get(ROWS).put({ id, iv, data }));
}

export async function keptBytes(id: string): Promise<ArrayBuffer | undefined> {
  const row = (await read(ROWS, (table) => table.get(id))) as Row | undefined;
  return row && crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: new TextEncoder().encode(id) }, key(), row.data);
}

export type Change = {
  put?: Record<string, unknown>;
  remove?: readonly string[];
  forget?: readonly string[]; // all rows of a kind
  sealed?: SealedAct;
  photos?: readonly { id: string; iv: Bytes; data: ArrayBuffer }[];
  unsealed?: readonly string[]; // acts whose sealed twin is needed no more
  dropped?: readonly string[]; // photos
};

// All of it or nothing: what is on disk is whole whenever the app is killed.
export async function change(what: Change): Promise<void> {
  const rows = await Promise.all(Object.entries(what.put ?? {}).map(([id, value]) => seal(id, value)));
  await work([ROWS, SEALED, PHOTOS], (table) => {
    for (const kind of what.forget ?? []) {
      table(ROWS).delete(IDBKeyRange.bound(`${kind}/`, `${kind}/\uffff`));
    }
    (what.remove ?? []).forEach((id) => table(ROWS).delete(id));
    rows.forEach((row) => table(ROWS).put(row));
    (what.photos ?? []).forEach((photo) => table(PHOTOS).put(photo));
    (what.unsealed ?? []).forEach((id) => table(SEALED).delete(id));
    (what.dropped ?? []).forEach((id) => table(PHOTOS).delete(id));
    return what.sealed ? table(SEALED).put(what.sealed) : undefined;
  });
}

// `origin`: the digest of the file it was made from; not in what an earlier version of the app kept.
export type Photo = { id: string; digest: string; size: number; type: string; iv: string; key: string; origin?: string };

export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function base64(bytes: ArrayBuffer | Bytes): string {
  let text = "";
  new Uint8Array(bytes).forEach((byte) => (text += String.fromCharCode(byte)));
  return btoa(text);
}

export function bytesOfHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (each) => parseInt(each, 16));
}

export function bytesOf(text: string): Bytes {
  return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
}

export async function digestOf(file: Blob): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", await new Response(file).arrayBuffer()));
}

// A photo under a key of its own, kept at once: it is safe before its act is written.
export async function keepPhoto(file: Blob, origin: string): Promise<Photo> {
  const plainBytes = await new Response(file).arrayBuffer();
  const digest = hex(await crypto.subtle.digest("SHA-256", plainBytes));
  const raw = random(32);
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await asKey(raw.buffer), plainBytes);
  const id = newId();
  await change({ photos: [{ id, iv, data }] });
  return { id, digest, size: plainBytes.byteLength, type: file.type || "image/jpeg", iv: base64(iv), key: base64(raw), origin };
}

export async function openPhoto(photo: Photo): Promise<Blob | null> {
  const row = (await read(PHOTOS, (table) => table.get(photo.id))) as Row | undefined;
  if (!row) {
    return null;
  }
  const raw = bytesOf(photo.key);
  const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(photo.iv) }, await asKey(raw.buffer), row.data);
  return new Blob([data], { type: photo.type });
}

// Photos that no draft, no act and no sealed twin names: taken when the app was killed before its row was written.
export async function sweep(): Promise<void> {
  const named = new Set((await sealedActs()).flatMap((act) => act.photos));
  for (const kind of ["draft", "act"]) {
    (await all<{ photos: Photo[] }>(kind)).forEach((row) => row.photos.forEach((photo) => named.add(photo.id)));
  }
  const there = ((await read(PHOTOS, (table) => table.getAllKeys())) ?? []) as string[];
  await change({ dropped: there.filter((id) => !named.has(id)) });
}

export async function sealedActs(): Promise<SealedAct[]> {
  return ((await read(SEALED, (table) => table.getAll())) ?? []) as SealedAct[];
}

export async function sealedPhoto(id: string): Promise<ArrayBuffer | null> {
  const row = (await read(PHOTOS, (table) => table.get(id))) as Row | undefined;
  return row ? row.data : null;
}
