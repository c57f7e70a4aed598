// SPDX-License-Identifier: Apache-2.0
// How a phone is set up, locked, opened and left.
import { button, errors, facts, h, message, type Child } from "./dom";
import { Refusal, signOut } from "./door";
import { leftHere } from "./left";
import * as model from "./model";
import { now } from "./moment";
import { begin, change, isOpen, plain, setPlain, shut, sweep, unlock, wipe } from "./store";
import { fetchSealed, putAwayIfOld, round, signal } from "./sync";
import { endTold, toldHere } from "./told";
import { failed, go, redraw, title } from "./ui";
import { takeRequired } from "./updates";
import { addresses, say, tongue, version, when } from "./words";

type Hello = { post: number | null; name: string; role: string; office: string; town: string; csrf: string; seal: { id: number; key: string }; kept_days: number };

const SHORTEST_PIN = 6;
const UNUSED = 15 * 60_000;

let usedAt = Date.now();

export function used(): void {
  usedAt = Date.now();
}

// Locks what nobody used for a while.
export function lockIfUnused(): void {
  if (isOpen() && Date.now() - usedAt > UNUSED) {
    shut();
    void redraw(true);
    void takeRequired();
  }
}

function pinField(id: string, word: string, hint: string): { element: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { class: "govuk-input govuk-input--width-10", id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 12, "aria-describedby": `${id}-hint` });
  return { input, element: h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label anlan-bold", for: id }, word), h("div", { class: "govuk-hint", id: `${id}-hint` }, hint), input) };
}

export function lockScreen(): Child {
  const { element, input } = pinField("pin", say("pin"), say("pin_hint"));
  const status = h("div", { role: "alert" });
  const open = async (event: Event) => {
    event.preventDefault();
    status.replaceChildren(say("opening"));
    const found = await unlock(input.value);
    if (found === "open") {
      await opened();
    } else {
      input.value = "";
      status.replaceChildren(found > 0 ? say("wrong_pin", { n: found }) : say("wiped"));
      if (found <= 0) {
        await redraw();
        void round();
      }
    }
  };
  return [title(say("locked")), h("form", { submit: (event) => void open(event).catch(failed) }, element, status, h("button", { class: "govuk-button" }, say("open"))), h("p", {}, button(say("forgot"), () => void forget().catch(failed), "secondary"))];
}

async function forget(): Promise<void> {
  if (confirm(say("forgot_sure"))) {
    await wipe();
    signal.ended = "";
    go("#/");
    void round();
  }
}

async function opened(): Promise<void> {
  usedAt = Date.now();
  const old = await putAwayIfOld();
  go(location.hash, old ? message("warning", say("put_away")) : null);
  await sweep();
  await finishSignIn();
  await round();
  await fetchSealed().catch(() => undefined);
}

async function hello(): Promise<Hello | null> {
  try {
    const answer = await fetch(addresses.hello, { credentials: "same-origin", cache: "no-store", headers: { "Accept-Language": tongue } });
    return answer.ok ? ((await answer.json()) as Hello) : null;
  } catch {
    return null;
  }
}

async function register(who: Hello): Promise<void> {
  const body = new URLSearchParams({ version });
  const answer = await fetch(addresses.terminals, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": who.csrf } });
  if (!answer.ok) {
    throw new Refusal({ ...((await answer.json()) as model.Problem), status: answer.status });
  }
  const made = (await answer.json()) as { terminal: string; token: string; expires_at: string };
  const me: model.Phone = { ...made, post: who.post ?? 0, name: who.name, role: who.role, office: who.office };
  await change({ put: { "me/phone": me }, remove: ["me/cursor"] });
  await setPlain("server", who.seal);
  await setPlain("kept_days", who.kept_days);
  await setPlain("town", who.town);
  await setPlain("ended", "");
  signal.ended = "";
}

// A sign-in that ended is taken up again: of the same post as if nothing had been; another's phone begins anew, and what the first
// had not sent goes sealed.
export async function finishSignIn(): Promise<void> {
  const me = await model.phone();
  const ended = me && (await plain<string>("ended"));
  const who = ended ? await hello() : null;
  if (!me || !who?.post) {
    return;
  }
  if (who.post === me.post) {
    await register(who);
    void round();
  } else {
    await wipe();
    await redraw(true);
    void round();
  }
}

export function setUp(): Child {
  const { element, input } = pinField("pin", say("new_pin"), say("new_pin_hint", { n: SHORTEST_PIN }));
  const second = pinField("pin2", say("pin_again"), "");
  const place = h("div", {}, h("p", {}, say("asking")));
  const begun = async (who: Hello, event: Event) => {
    event.preventDefault();
    const faults = [];
    if (!/^\d+$/.test(input.value) || input.value.length < SHORTEST_PIN || /^(\d)\1*$/.test(input.value) || "01234567890 9876543210".includes(input.value)) {
      faults.push({ id: "pin", words: say("weak_pin", { n: SHORTEST_PIN }) });
    } else if (input.value !== second.input.value) {
      faults.push({ id: "pin2", words: say("other_pin") });
    }
    if (faults.length) {
      place.querySelector(".govuk-error-summary")?.remove();
      place.prepend(errors(faults) ?? "");
      place.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
      return;
    }
    await begin(input.value);
    await register(who);
    await navigator.storage?.persist?.();
    await redraw(true);
    await round();
    await fetchSealed();
  };
  void hello().then((who) => {
    place.replaceChildren(
      who?.post
        ? h("form", { submit: (event) => void begun(who, event).catch(failed) }, h("p", {}, say("as", { name: who.name, role: who.role, office: who.office })), element, second.element, h("button", { class: "govuk-button" }, say("set_up")))
        : who
          ? h("div", {}, h("p", {}, say("sign_in_first")), h("a", { class: "govuk-button", role: "button", href: addresses.sign_in }, say("sign_in")))
          : h("p", {}, say("first_signal")),
    );
  });
  return [title(say("welcome")), leftHere(), h("p", {}, say("welcome_why")), place];
}

export async function phoneScreen(me: model.Phone): Promise<Child> {
  const waiting = await model.unsent();
  const heardAt = await plain<number>("heard");
  const space = await navigator.storage?.estimate?.();
  const mb = (bytes = 0) => (bytes / 1024 / 1024).toFixed(1);
  const out = async () => {
    if (!confirm(waiting.length ? say("out_unsent", { n: waiting.length }) : say("out_sure"))) {
      return;
    }
    await round();
    const left = (await model.unsent()).length;
    await signOut(me).catch(() => undefined);
    await endTold().catch(() => undefined);
    await wipe();
    void round();
    go("#/", message("success", say(left ? "out_held" : "out_done")));
  };
  const lock = () => {
    shut();
    go("#/");
  };
  return [
    title(say("phone")),
    facts([
      [say("who"), `${me.name} · ${me.role}`],
      [say("office"), me.office],
      [say("heard"), heardAt ? when(now() - (Date.now() - heardAt)) : say("never")],
      [say("unsent"), String(waiting.length)],
      [say("until"), when(me.expires_at)],
      [say("times"), say("zone")],
      [say("space"), space ? say("space_of", { used: mb(space.usage), of: mb(space.quota) }) : say("unknown")],
      [say("version"), version],
    ]),
    leftHere(),
    toldHere(me),
    h("div", { class: "anlan-choices" }, button(say("send_now"), () => void round(), "secondary"), button(say("lock"), lock, "secondary"), button(say("sign_out"), () => void out().catch(failed), "warning")),
    h("p", { class: "anlan-soft" }, say("phone_why")),
  ];
}

