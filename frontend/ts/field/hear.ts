// SPDX-License-Identifier: Apache-2.0
// While the app is open on the screen it hears that something changed in its reach, and pulls. Its token goes to the live service alone, and
// only from here: what is locked, put away or ended hears nothing. Without it the app looks each minute, as ever.
import { follow, type Told } from "../live-stream";
import { line } from "./door";
import { phone, unsent } from "./model";
import { isOpen } from "./store";
import { round, signal, SOON } from "./sync";
import { addresses } from "./words";

// Whoever is in the place of an alert hears it in the same second: each asks at a chance of their own.
const SPREAD = 3_000;
// So long nothing is asked for while it hears and nothing waits to be sent.
const CALM = 10 * 60_000;

let end: (() => void) | null = null;
let token = "";
let heard = false;
let due = 0;

function wanted(): boolean {
  return Boolean(addresses.live) && isOpen() && !signal.ended && !line.cut && document.visibilityState === "visible";
}

// What is told of may come to the phone's own list a moment later than to the live service: asked for once more where nothing came.
async function pull(): Promise<void> {
  due = 0;
  await round();
  if (!signal.news && wanted()) {
    setTimeout(() => void round(), SOON);
  }
}

function hear(told: Told): void {
  heard = told.name !== "down";
  if (told.name === "over") {
    stop();
    void round(); // says why
  } else if (heard && told.name !== "claims" && !due) {
    due = window.setTimeout(() => void pull(), Math.random() * SPREAD);
  }
}

function stop(): void {
  end?.();
  end = null;
  heard = false;
}

// Begins or ends to listen, as it should be now.
export async function keepHearing(): Promise<void> {
  const me = wanted() ? await phone() : undefined;
  if (!me || !wanted()) {
    stop();
  } else if (!end || token !== me.token) {
    stop();
    token = me.token;
    end = follow(addresses.live, hear, { token });
  }
}

// Whether there is nothing to ask for now: what changes will be told, and nothing waits to be sent.
export async function isCalm(): Promise<boolean> {
  return heard && isOpen() && signal.state === "good" && Date.now() - signal.at < CALM && !(await unsent()).some((act) => act.state === "waiting");
}
