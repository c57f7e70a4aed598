// SPDX-License-Identifier: Apache-2.0
// Newer versions of the app. The worker fetches one beside the version that is used; it is taken by a tap once this phone's town is open
// for it, or when the app is next opened where the office requires it. docs/decisions/field.md
import { isOpen, plain, setPlain } from "./store";
import { addresses, version } from "./words";

type Standing = { version: string; open: boolean; forced: boolean };

const PATIENCE = 2_000;

let kept: ServiceWorkerRegistration | null = null;
let ready: { worker: ServiceWorker; build: string; forced: boolean } | null = null;
let told: () => void = () => undefined;

// What may be taken now, and whether it has to be.
export function newer(): { forced: boolean } | null {
  return ready;
}

export function take(): void {
  if (ready) {
    const { worker, build } = ready;
    // One that waits takes its place and the page is opened anew by that; one that is there already has only changed what it shows.
    const there = worker.state === "activated";
    void tellIt(worker, { take: build }).then((done) => done === build && there && location.reload());
  }
}

// What a worker answers; nothing where it says nothing.
function tellIt(worker: ServiceWorker, what: { take: string } | { ask: true }): Promise<string> {
  return new Promise((done) => {
    const line = new MessageChannel();
    line.port1.onmessage = (event) => done(String(event.data));
    setTimeout(() => done(""), PATIENCE);
    worker.postMessage(what, [line.port2]);
  });
}

async function ask(): Promise<Standing | null> {
  const query = new URLSearchParams({ town: (await plain<string>("town")) ?? "", has: version });
  try {
    const answer = await fetch(`${addresses.version}?${query.toString()}`, { credentials: "omit", cache: "no-store" });
    return answer.ok ? ((await answer.json()) as Standing) : null;
  } catch {
    return null;
  }
}

// Another language or size of letters is another page of the same version; the active worker's page of it is the one shown.
async function find(build: string, forced: boolean): Promise<void> {
  for (const worker of [kept?.waiting, build === version ? null : kept?.active]) {
    if (worker && (await tellIt(worker, { ask: true })) === build) {
      ready = { worker, build, forced };
      told();
      return;
    }
  }
}

// Asked when the app opens and now and then while it is used.
export async function lookForNewer(): Promise<void> {
  if (!kept || ready) {
    return;
  }
  const found = await ask();
  if (found && (found.version === version || found.open)) {
    await setPlain("required", found.forced && found.version !== version ? found.version : "");
    if (found.version !== version) {
      await kept.update().catch(() => undefined);
    }
    await find(found.version, found.forced && found.version !== version);
  }
}

// Where nobody has anything under their hands: what was required since is taken, with signal or without.
export async function takeRequired(): Promise<void> {
  const required = await plain<string>("required");
  if (required && required !== version && !isOpen()) {
    await find(required, true);
    take();
  }
}

export async function install(changed: () => void, signal: () => void): Promise<void> {
  if (!("serviceWorker" in navigator)) {
    return;
  }
  told = changed;
  const { serviceWorker } = navigator;
  let first = !serviceWorker.controller;
  serviceWorker.addEventListener("controllerchange", () => {
    if (!first) {
      location.reload();
    }
    first = false;
  });
  serviceWorker.addEventListener("message", (event) => {
    if (event.data === "signal") {
      signal();
    }
  });
  kept = await serviceWorker.register(addresses.worker, { scope: location.pathname });
  kept.addEventListener("updatefound", () => {
    const found = kept?.installing;
    found?.addEventListener("statechange", () => {
      if (found.state === "installed" && serviceWorker.controller) {
        void lookForNewer();
      }
    });
  });
  await takeRequired();
  await lookForNewer();
}
