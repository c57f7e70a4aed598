// SPDX-License-Identifier: Apache-2.0
// Keeps the field app's page and files, so that it opens without signal, and wakes it when there is signal again. It keeps nothing of
// anybody: what a person works with lies in the store under their PIN, which this script cannot open. What a wiped phone still holds
// it can send, for that needs no key.
import { sendSealed } from "./field/sealed";

type Kept = { version: string; files: string[] };
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Lasting & { request: Request; respondWith(answer: Promise<Response>): void };
type Tagged = Lasting & { tag: string };
type Told = Event & { data: unknown };
type Window = { postMessage(what: string): void };

const scope = self as unknown as {
  anlan: Kept;
  skipWaiting(): Promise<void>;
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(): Promise<Window[]> };
  addEventListener(kind: string, what: (event: Event) => void): void;
};
const { version, files } = scope.anlan;
const page = new URL(scope.registration.scope).pathname;
const BEGIN = "field-";
const NAME = BEGIN + version;

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(BEGIN) && name !== NAME) {
      await caches.delete(name);
    }
  }
  await scope.clients.claim();
}

// A new version waits until its person takes it: nobody's form is exchanged under their hands.
scope.addEventListener("install", (event) => (event as Lasting).waitUntil(caches.open(NAME).then((cache) => cache.addAll([page, ...files]))));
scope.addEventListener("activate", (event) => (event as Lasting).waitUntil(takeOver()));
scope.addEventListener("message", (event) => {
  if ((event as Told).data === "take") {
    void scope.skipWaiting();
  }
});

scope.addEventListener("fetch", (event) => {
  const asked = event as Asked;
  const url = new URL(asked.request.url);
  if (url.origin !== location.origin || asked.request.method !== "GET") {
    return;
  }
  if (asked.request.mode === "navigate" && url.pathname === page) {
    // From the phone first: with a slow signal it opens as fast as without.
    asked.respondWith(caches.match(page).then((found) => found ?? fetch(asked.request)));
  } else if (files.includes(url.pathname)) {
    asked.respondWith(caches.match(url.pathname).then((found) => found ?? fetch(asked.request)));
  }
});

async function wake(): Promise<void> {
  const open = await scope.clients.matchAll();
  open.forEach((one) => one.postMessage("signal"));
  if (!open.length) {
    await sendSealed(null);
  }
}

scope.addEventListener("sync", (event) => {
  if ((event as Tagged).tag === "field") {
    (event as Lasting).waitUntil(wake());
  }
});
