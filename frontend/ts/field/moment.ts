// SPDX-License-Identifier: Apache-2.0
// What time it is where the cases are. A demo's clock may be moved ahead of all others; the app's goes with it, or what is done on the
// phone would be of long ago and a clock that is right would be called wrong. Elsewhere it is the phone's own.
const AHEAD = "anlan_ahead";
const asks = document.getElementById("main")?.dataset.ahead ?? "";
let ahead = asks ? Number(localStorage.getItem(AHEAD)) || 0 : 0; // milliseconds

export function now(): number {
  return Date.now() + ahead;
}

// Asked before anything is sent. Where nobody answers, what was heard last holds.
export async function learnAhead(): Promise<void> {
  if (!asks) {
    return;
  }
  try {
    const answer = await fetch(asks, { credentials: "omit", cache: "no-store" });
    ahead = ((await answer.json()) as { seconds: number }).seconds * 1000;
    localStorage.setItem(AHEAD, String(ahead));
  } catch {
    // No signal.
  }
}
