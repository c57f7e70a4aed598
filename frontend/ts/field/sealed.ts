// SPDX-License-Identifier: Apache-2.0
// What a wiped phone still has of acts that were never sent: the server holds each until its person confirms it. No sign-in is needed.
// Nothing is forgotten here but at the door's own word that it is held there. Page and worker share it.
import { change, plain, sealedActs, sealedPhoto, type SealedAct } from "./store";

const DOOR = "/api/v1/outbox";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const FIRST_PAUSE = MINUTE / 2;
const LONGEST_PAUSE = 60 * MINUTE;
const LONGEST_SILENCE = 5 * MINUTE;
// The slowest line that is waited for, in bytes a millisecond.
const SLOWEST = 16;

// No answer at all.
export const SILENT = 0;
type Answer = { taken: boolean; why: number; wait: number };

// One at a time, in this page, among the app's other pages and in its worker.
export async function alone(what: () => Promise<void>): Promise<void> {
  if ("locks" in navigator) {
    await navigator.locks.request("anlan-field", what);
  } else {
    await what();
  }
}

// Acts that can go in no other way. `known`: those that still go as themselves; nothing when the phone was wiped.
export async function sealedHere(known: ReadonlySet<string> | null): Promise<SealedAct[]> {
  if (!known && (await plain("lock"))) {
    return []; // locked, not wiped
  }
  return (await sealedActs()).filter((act) => !known?.has(act.id));
}

// The words of all first, then their photos, one in a request. What is not taken waits for its own time and holds up nothing behind it.
// False when nobody answered: then the rest is not tried either.
export async function sendSealed(known: ReadonlySet<string> | null): Promise<boolean> {
  for (const what of [sendWords, sendPhotos]) {
    for (const act of (await sealedHere(known)).filter(isDue)) {
      if (!navigator.onLine || !(await what(act))) {
        return false;
      }
    }
  }
  return true;
}

// Its person does not want to wait.
export async function hurry(known: ReadonlySet<string> | null): Promise<void> {
  for (const act of await sealedHere(known)) {
    if (act.tried) {
      await change({ sealed: { ...act, tried: { ...act.tried, after: 0 } } });
    }
  }
}

// A clock that was set back meanwhile lets nothing wait for days.
function isDue({ tried }: SealedAct): boolean {
  return !tried || Date.now() >= tried.after || tried.after > Date.now() + DAY;
}

async function sendWords(act: SealedAct): Promise<boolean> {
  if (act.held) {
    return true;
  }
  const answer = await leave(act);
  await keep(answer.taken ? { ...act, held: true, tried: null } : putOff(act, act, answer));
  return answer.why !== SILENT;
}

async function sendPhotos(act: SealedAct): Promise<boolean> {
  if (!act.held) {
    return true;
  }
  let kept = act;
  for (const id of act.photos) {
    const data = await sealedPhoto(id);
    const answer = data ? await leave(act, { id, data }) : { taken: true, why: SILENT, wait: 0 };
    const others = kept.photos.filter((one) => one !== id);
    // What was not taken comes last the next time.
    kept = answer.taken ? { ...kept, photos: others } : putOff({ ...kept, photos: [...others, id] }, act, answer);
    await keep(kept, answer.taken ? [id] : []);
    if (!answer.taken && answer.why === SILENT) {
      return false;
    }
  }
  return true;
}

async function keep(act: SealedAct, dropped: readonly string[] = []): Promise<void> {
  await change(act.held && !act.photos.length ? { unsealed: [act.id], dropped } : { sealed: act, dropped });
}

// Each time twice as long as the time before, or as long as was asked for.
function putOff(act: SealedAct, before: SealedAct, { why, wait }: Answer): SealedAct {
  const n = (before.tried?.n ?? 0) + 1;
  const pause = Math.min(FIRST_PAUSE * 2 ** (n - 1), why === SILENT ? LONGEST_SILENCE : LONGEST_PAUSE);
  return { ...act, tried: { n, why, after: Date.now() + Math.min(Math.max(pause, wait * 1000), DAY) } };
}

// Taken is what the door itself says it holds: the page of a gateway, of whatever status, says nothing of the kind.
async function leave(act: SealedAct, photo?: { id: string; data: ArrayBuffer }): Promise<Answer> {
  const form = new FormData();
  form.set("key", String(act.key));
  form.set("sealed", new Blob([act.data]), "sealed");
  if (photo) {
    form.append("photos", new Blob([photo.data]), photo.id);
  }
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), MINUTE + (photo?.data.byteLength ?? 0) / SLOWEST);
  try {
    const answer = await fetch(DOOR, { method: "POST", body: form, credentials: "omit", redirect: "error", signal: patience.signal });
    const told = (await answer.json().catch(() => null)) as { received_at?: string } | null;
    return { taken: answer.status === 201 && Boolean(told?.received_at), why: answer.status, wait: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return { taken: false, why: SILENT, wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}
