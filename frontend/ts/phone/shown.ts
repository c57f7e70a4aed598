// SPDX-License-Identifier: Apache-2.0
// What a worker shows of a message that came while nobody looked, and where a touch on it leads. It shows what was sent and nothing
// that the phone keeps.
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Pushed = Lasting & { data: { json(): unknown } | null };
type Touched = Lasting & { notification: Notification };
type Window = { url: string; focus(): Promise<unknown> };
type Shown = { title: string; body: string; url: string; tag: string };

const scope = self as unknown as {
  registration: { showNotification(title: string, options: Record<string, unknown>): Promise<void> };
  clients: { matchAll(asked: Record<string, unknown>): Promise<Window[]>; openWindow(url: string): Promise<unknown> };
  addEventListener(kind: string, what: (event: Event) => void): void;
};

function read(event: Pushed): Shown {
  const said = (event.data?.json() ?? {}) as Partial<Record<keyof Shown, unknown>>;
  const text = (key: keyof Shown) => (typeof said[key] === "string" ? said[key] : "");
  return { title: text("title") || "Anlan", body: text("body"), url: text("url"), tag: text("tag") };
}

// Only our own pages; anything else leads to the first.
function own(url: string): string {
  const found = new URL(url || "/", location.origin);
  return found.origin === location.origin ? found.href : location.origin;
}

export function showPushes(icon: string, leads: (url: string) => string, came: () => Promise<unknown> = () => Promise.resolve()): void {
  scope.addEventListener("push", (event) => {
    const { title, body, url, tag } = read(event as Pushed);
    // The later of one matter takes the place of the earlier, and is heard all the same.
    const shown = scope.registration.showNotification(title, { body, icon, ...(tag ? { tag, renotify: true } : {}), data: { url: own(leads(url)) } });
    (event as Lasting).waitUntil(Promise.all([shown, came()]));
  });
  scope.addEventListener("notificationclick", (event) => {
    const { notification } = event as Touched;
    const { url } = notification.data as { url: string };
    notification.close();
    (event as Lasting).waitUntil(
      scope.clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
        const there = open.find((one) => one.url === url);
        return there ? there.focus() : scope.clients.openWindow(url);
      }),
    );
  });
}
