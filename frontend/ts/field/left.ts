// SPDX-License-Identifier: Apache-2.0
// What still lies sealed on this phone and why: told to whoever holds it, also where nobody is signed in. What is in it nobody can read here.
import { button, h, message, type Child } from "./dom";
import { alone, hurry, SILENT } from "./sealed";
import type { SealedAct } from "./store";
import { leftSealed, ownActs, round } from "./sync";
import { failed } from "./ui";
import { say, when } from "./words";

const ID = "left";

// Its place on a screen; it is filled, and kept up, wherever the frame is drawn.
export function leftHere(): HTMLElement {
  return h("div", { id: ID });
}

export async function drawLeft(): Promise<void> {
  const place = document.getElementById(ID);
  const some = place ? await leftSealed() : [];
  const drawn = JSON.stringify(some.map(({ id, held, photos, tried }) => [id, held, photos.length, tried]));
  if (!place || place.dataset["drawn"] === drawn) {
    return; // nobody hears the same twice
  }
  const before = place.dataset["drawn"];
  place.dataset["drawn"] = drawn;
  if (some.length) {
    place.replaceChildren(told(some));
  } else if (before) {
    place.replaceChildren(message("success", say("left_none")));
  }
}

function told(some: readonly SealedAct[]): HTMLElement {
  const lines = new Map<string, SealedAct[]>();
  for (const act of some) {
    const why = reason(act);
    lines.set(why, [...(lines.get(why) ?? []), act]);
  }
  const photos = some.filter((act) => act.held).reduce((sum, act) => sum + act.photos.length, 0);
  return message(
    "warning",
    h("p", { class: "anlan-message__word" }, say("left_here", { n: some.length })),
    h("p", {}, say("left_why")),
    [...lines].map(([why, acts]) => line(why, acts)),
    photos ? h("p", {}, say("left_photos", { n: photos })) : null,
    button(say("send_now"), () => void now().catch(failed), "secondary"),
  );
}

function reason({ tried }: SealedAct): string {
  if (!tried || tried.why === SILENT) {
    return "left_signal";
  }
  return tried.why === 408 || tried.why === 429 || tried.why >= 500 ? "left_busy" : "left_refused";
}

function line(why: string, acts: readonly SealedAct[]): Child {
  const next = Math.min(...acts.map((act) => act.tried?.after ?? 0));
  const codes = [...new Set(acts.map((act) => act.tried?.why ?? SILENT))].join(", ");
  return h("p", {}, say(why, { n: acts.length, at: when(Math.max(next, Date.now())), why: codes }));
}

async function now(): Promise<void> {
  const known = await ownActs();
  await alone(() => hurry(known));
  await round();
}
