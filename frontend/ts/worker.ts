// SPDX-License-Identifier: Apache-2.0
// Lets the report page open without signal, and sends what waits when there is signal again. Only that page, as it is for
// nobody in particular, and its files are kept; every other page is asked for as if this were not there.
// It shows what its person wished to be told in this browser (phone/shown.ts).
import { sendAll } from "./phone/queue";
import { showPushes } from "./phone/shown";

type Kept = { version: string; form: string; shell: string; icon: string; files: string[] };
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Lasting & { request: Request; respondWith(answer: Promise<Response>): void };
type Tagged = Lasting & { tag: string };

const scope = self as unknown as {
  anlan: Kept;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(kind: string, what: (event: Event) => void): void;
};
const { version, form, shell, icon, files } = scope.anlan;
const BEGIN = "anlan-";
const NAME = BEGIN + version;

async function keep(): Promise<void> {
  await (await caches.open(NAME)).addAll([shell, ...files]);
  await scope.skipWaiting();
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(BEGIN) && name !== NAME) {
      await caches.delete(name);
    }
  }
  await scope.clients.claim();
}

async function kept(what: string): Promise<Response> {
  return (await caches.match(what)) ?? Response.error();
}

scope.addEventListener("install", (event) => (event as Lasting).waitUntil(keep()));
scope.addEventListener("activate", (event) => (event as Lasting).waitUntil(takeOver()));

scope.addEventListener("fetch", (event) => {
  const asked = event as Asked;
  const { request } = asked;
  const url = new URL(request.url);
  if (url.origin !== location.origin) {
    return;
  }
  if (request.mode === "navigate" && url.pathname === form) {
    // A form that went off without arriving leads back to the page, whose script has kept it and says that it waits.
    asked.respondWith(
      request.method === "POST"
        ? fetch(request).catch(() => Response.redirect(form, 303))
        : fetch(request).catch(() => kept(shell)),
    );
  } else if (files.includes(url.pathname)) {
    asked.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});

scope.addEventListener("sync", (event) => {
  if ((event as Tagged).tag === "report") {
    (event as Lasting).waitUntil(sendAll());
  }
});

showPushes(icon, (url) => url);
