// SPDX-License-Identifier: Apache-2.0
// Whether this phone is told of what is new while its app is closed: by number and state alone, which is all that a locked phone shows.
import { able, subscribe, subscribed } from "../phone/subscribe";
import { pushKey, tellHere } from "./door";
import { button, h, message, type Child } from "./dom";
import type { Phone } from "./model";
import { failed } from "./ui";
import { say } from "./words";

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker.getRegistration();
}

async function change(me: Phone, key: string, on: boolean): Promise<Child> {
  const kept = await worker();
  const found = kept && (on ? await subscribe(kept, key) : await subscribed(kept, key));
  if (!found) {
    return message("warning", say("told_denied"));
  }
  await tellHere(me, found, on);
  if (!on) {
    await found.unsubscribe();
  }
  return null;
}

// The row of the phone's own screen; nothing where this cannot be.
export function toldHere(me: Phone): HTMLElement {
  const place = h("div", {});
  const draw = async (said: Child = null): Promise<void> => {
    const key = able() ? await pushKey(me).catch(() => "") : "";
    if (!key) {
      return;
    }
    const on = Notification.permission === "granted" && (await subscribed(await worker(), key)) !== null;
    const turn = (): void => void change(me, key, !on).then(draw).catch(failed);
    place.replaceChildren(...[said, h("p", {}, button(say(on ? "told_stop" : "told_begin"), turn, "secondary")), h("p", { class: "anlan-soft" }, say("told_why"))].filter((one): one is HTMLElement => one instanceof HTMLElement));
  };
  void draw();
  return place;
}

// Before a phone is wiped or signed out: what it is told would come to whoever has it next.
export async function endTold(): Promise<void> {
  await (await (await worker())?.pushManager.getSubscription())?.unsubscribe();
}
