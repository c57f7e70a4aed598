// SPDX-License-Identifier: Apache-2.0
// Subscribes a worker of ours to be told by the push service of this browser's maker. What comes only that worker can read.
export function able(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const raw = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (one) => one.charCodeAt(0));
}

// Of a key that the server has no more, nothing would arrive.
function isOf(found: PushSubscription, key: string): boolean {
  const held = new Uint8Array(found.options.applicationServerKey ?? new ArrayBuffer(0));
  const wanted = bytes(key);
  return held.length === wanted.length && held.every((one, n) => one === wanted[n]);
}

// What is subscribed already, without asking anybody.
export async function subscribed(worker: ServiceWorkerRegistration | undefined, key: string): Promise<PushSubscription | null> {
  const found = (await worker?.pushManager.getSubscription()) ?? null;
  return found && isOf(found, key) ? found : null;
}

// Null where its person said no. The browser asks them once.
export async function subscribe(worker: ServiceWorkerRegistration, key: string): Promise<PushSubscription | null> {
  if ((await Notification.requestPermission()) !== "granted") {
    return null;
  }
  const found = await worker.pushManager.getSubscription();
  if (found && isOf(found, key)) {
    return found;
  }
  await found?.unsubscribe();
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

// A worker that is being installed can be subscribed once it runs.
export async function running(address: string, scope: string): Promise<ServiceWorkerRegistration> {
  const kept = await navigator.serviceWorker.register(address, { scope });
  const coming = kept.installing ?? kept.waiting;
  if (!kept.active && coming) {
    await new Promise<void>((done, failed) => {
      coming.addEventListener("statechange", () => {
        if (coming.state === "activated") {
          done();
        } else if (coming.state === "redundant") {
          failed(new Error(coming.state));
        }
      });
    });
  }
  return kept;
}
