// SPDX-License-Identifier: Apache-2.0
// Keeps the field app's page and files, so that it opens without signal, and wakes it when there is signal again. It keeps nothing of
// anybody: what a person works with lies in the store under their PIN, which this script cannot open. What a wiped phone still holds
// it can send, for that needs no key.
import { alone, sealedHere, sendSealed } from "./field/sealed";
import { showPushes } from "./phone/shown";

type Kept = { version: string; icon: string; files: string[]; build: string };
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Lasting & { request: Request; respondWith(answer: Promise<Response>): void };
type Tagged = Lasting & { tag: string };
type Told = Lasting & { data: { take?: string; ask?: boolean }; ports: readonly MessagePort[] };
type Window = { postMessage(what: string): void };

const scope = self as unknown as {
  anlan: Kept;
  skipWaiting(): Promise<void>;
  registration: { scope: string; waiting: unknown; installing: unknown };
  clients: { claim(): Promise<void>; matchAll(): Promise<Window[]> };
  addEventListener(kind: string, what: (event: Event) => void): void;
};
const { version, icon, files, build } = scope.anlan;
const page = new URL(scope.registration.scope).pathname;
const folder = (files[0] ?? "").replace(/[^/]*$/, "");
const BEGIN = "field-";
const NAME = BEGIN + version;
const CHOICE = "anlan-field-choice";

// Which version is used is chosen apart from which worker runs: a browser puts a new worker in place by itself when the app was closed.
let used = "";

async function chosen(): Promise<string> {
  if (!used) {
    const kept = await caches.match(page, { cacheName: CHOICE });
    const name = kept ? await kept.text() : "";
    used = name && (await caches.has(name)) ? name : NAME;
  }
  return used;
}

// This worker's version, whole or not at all: the server may serve a later one by now.
async function fill(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([page, ...files]);
  const kept = await cache.match(page);
  if (!kept || !(await kept.text()).includes(`"${build}"`)) {
    await caches.delete(NAME);
    throw new Error("served no more");
  }
}

async function choose(name: string): Promise<void> {
  if (!(await caches.has(name))) {
    await fill();
  }
  await (await caches.open(CHOICE)).put(page, new Response(name));
  used = name;
}

// What a worker that has not begun yet fetched is its own: it tidies up when it begins.
async function tidy(): Promise<void> {
  if (scope.registration.waiting || scope.registration.installing) {
    return;
  }
  for (const name of await caches.keys()) {
    if (name.startsWith(BEGIN) && name !== NAME && name !== (await chosen())) {
      await caches.delete(name);
    }
  }
}

async function takeOver(): Promise<void> {
  await choose(await chosen());
  await tidy();
  await scope.clients.claim();
}

// Its person took the version that this worker holds: nobody's form is exchanged under their hands.
async function take(): Promise<void> {
  await choose(NAME);
  await tidy();
  await scope.skipWaiting();
}

scope.addEventListener("install", (event) => (event as Lasting).waitUntil(fill()));
scope.addEventListener("activate", (event) => (event as Lasting).waitUntil(takeOver()));
scope.addEventListener("message", (event) => {
  const asked = event as Told;
  const [line] = asked.ports;
  if (asked.data.take === build) {
    asked.waitUntil(take().then(() => line?.postMessage(build)));
  } else if (asked.data.ask) {
    line?.postMessage(build);
  }
});

async function answer(request: Request, path: string): Promise<Response> {
  return (await caches.match(path, { cacheName: await chosen() })) ?? fetch(request);
}

scope.addEventListener("fetch", (event) => {
  const asked = event as Asked;
  const url = new URL(asked.request.url);
  if (url.origin !== location.origin || asked.request.method !== "GET") {
    return;
  }
  // From the phone first: with a slow signal it opens as fast as without.
  if (asked.request.mode === "navigate" ? url.pathname === page : url.pathname.startsWith(folder)) {
    asked.respondWith(answer(asked.request, url.pathname));
  }
});

async function wake(): Promise<void> {
  const open = await scope.clients.matchAll();
  open.forEach((one) => one.postMessage("signal"));
  if (!open.length) {
    await alone(async () => {
      await sendSealed(null);
      if ((await sealedHere(null)).length) {
        throw new Error("waits"); // the browser wakes us once more
      }
    });
  }
}

scope.addEventListener("sync", (event) => {
  if ((event as Tagged).tag === "field") {
    (event as Lasting).waitUntil(wake());
  }
});

// A case is read in the app, which asks for the PIN first; anything else on its own page.
function inApp(url: string): string {
  const number = /^\/desk\/cases\/(\d+)$/.exec(url)?.[1];
  return number ? `${page}#/case/${number.padStart(16, "0")}` : url;
}

showPushes(icon, inApp, wake);
