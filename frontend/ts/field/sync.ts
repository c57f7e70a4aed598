// SPDX-License-Identifier: Apache-2.0
// One round: send what waits, then hear what changed. A round that breaks off anywhere is made again from where it was.
import { confirmAlert, Ended, Later, line, pull, readKit, readOutlines, readSealed, readSealedPhoto, Refusal, send, sendPatrol, sendPhoto, type Answer } from "./door";
import { acts, cases, confirmed, kit, newest, pending, phone, settle, titleOf, type Act, type Phone, type Problem } from "./model";
import { learnAhead, now } from "./moment";
import { patrols, settle as settlePatrol } from "./patrol";
import { fetchPhotos, tidyPhotos } from "./pictures";
import { alone, sealedHere, sendSealed } from "./sealed";
import { change, get, isOpen, keepPhoto, openPhoto, plain, setPlain, wipe, type Photo, type SealedAct } from "./store";
import { say, version } from "./words";

const TOGETHER = 20;
const PAGE = 30;
// What the app keeps of a case: of another shape, all is fetched once more.
const SHAPE = 2;
export const SOON = 4_000;
const DAY = 24 * 3600 * 1000;

export type Signal = {
  state: "new" | "busy" | "good" | "none";
  ended: string; // why the server takes no more from this phone
  differs: number | null; // seconds by which the phone's clock is ahead
  left: number; // photos still to go in this round
  at: number; // when the server was last heard
  news: boolean; // whether the last round brought anything
  sealed: number; // acts that are still here of a phone that was wiped
};

export const signal: Signal = { state: "new", ended: "", differs: null, left: 0, at: 0, news: false, sealed: 0 };

let tell: () => void = () => undefined;
let running: Promise<void> | null = null;
let again = false;

export function listen(what: () => void): void {
  tell = what;
}

// One at a time, in this page and among the app's other pages; asked for meanwhile, it is made once more.
export function round(): Promise<void> {
  if (running) {
    again = true;
    return running;
  }
  running = alone(whole).finally(() => {
    running = null;
    if (again) {
      again = false;
      void round();
    } else {
      void ahead().catch(() => undefined);
    }
  });
  return running;
}

async function whole(): Promise<void> {
  signal.state = "busy";
  tell();
  try {
    const me = isOpen() ? await phone() : undefined;
    if (me && !signal.ended) {
      if (!line.cut) {
        await learnAhead();
      }
      await sendAll(me);
      await sendConfirmed(me);
      await sendPatrols(me);
      await hear(me);
      signal.at = Date.now();
      await setPlain("heard", signal.at);
    }
    await sendLeft();
    signal.state = "good";
  } catch (error) {
    signal.state = error instanceof Later ? "none" : "good";
    if (error instanceof Ended) {
      signal.ended = error.why;
      await setPlain("ended", error.why);
      if (error.why === "erase") {
        await wipe();
        await sendLeft().catch(() => undefined);
      }
    } else if (!(error instanceof Later)) {
      throw error;
    }
  } finally {
    signal.left = 0;
    tell();
  }
}

// Acts that go as themselves; nothing while nobody can open what is here.
export async function ownActs(): Promise<ReadonlySet<string> | null> {
  return isOpen() ? new Set((await pending()).map((act) => act.id)) : null;
}

export async function leftSealed(): Promise<SealedAct[]> {
  return sealedHere(await ownActs());
}

async function sendLeft(): Promise<void> {
  const answered = !line.cut && (await sendSealed(await ownActs()));
  signal.sealed = (await leftSealed()).length;
  if (!answered) {
    throw new Later();
  }
}

// Acts that are free to go, in their order: none behind another of its case that was refused or waits before it.
function free(all: readonly Act[]): Act[] {
  const held = new Set(all.filter((act) => act.state === "refused" || act.state === "foreign").map((act) => act.case));
  return all.filter((act) => act.state === "waiting" && !held.has(act.case));
}

async function sendAll(me: Phone): Promise<void> {
  const all = free(await pending());
  const heavy = new Set<string>();
  const light: Act[] = [];
  // Words first: they go through where a photo would not.
  for (const act of all) {
    if (act.photos.length) {
      heavy.add(act.case);
    } else if (!heavy.has(act.case)) {
      light.push(act);
    }
  }
  for (let at = 0; at < light.length; at += TOGETHER) {
    await sendSome(me, light.slice(at, at + TOGETHER));
  }
  const rest = all.filter((act) => !light.includes(act));
  signal.left = rest.reduce((sum, act) => sum + act.photos.length, 0);
  for (const act of rest) {
    if (free(await pending()).some((one) => one.id === act.id)) {
      tell();
      if (await sendPhotos(me, act)) {
        await sendSome(me, [act]);
      }
    }
  }
}

async function sendPhotos(me: Phone, act: Act): Promise<boolean> {
  for (const photo of act.photos) {
    const data = await openPhoto(photo);
    try {
      if (data) {
        await sendPhoto(me, act, photo, data);
      }
    } catch (error) {
      if (error instanceof Refusal) {
        await refuse(act, error.problem);
        return false;
      }
      throw error;
    }
    signal.left -= 1;
    tell();
  }
  return true;
}

async function sendSome(me: Phone, some: readonly Act[]): Promise<void> {
  // The oldest of them: one that came later says nothing of what was done before it.
  const stamp = some[0]?.stamp ?? null;
  let answers: Answer[];
  try {
    const synced = await send(me, some, stamp);
    answers = synced.answers;
    signal.differs = synced.clock_differs_by;
    await change({ put: { "me/stamp": synced.stamp } });
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    if (some.length > 1) {
      for (const act of some) {
        await sendSome(me, [act]);
      }
      return;
    }
    answers = [{ done: null, problem: error.problem }];
  }
  const arrived = new Date(now()).toISOString();
  const taken: Act[] = [];
  for (const [n, act] of some.entries()) {
    const answer = answers[n];
    if (answer?.done) {
      taken.push({ ...act, state: "sent", number: answer.done.number, seq: answer.done.seq, arrived, problem: null });
    } else if (answer?.problem && answer.problem.status !== 429 && answer.problem.status < 500) {
      await refuse(act, answer.problem);
    }
  }
  await settle(taken);
  // A case that was changed comes with the journal, a moment later.
  setTimeout(() => void round(), SOON);
  tell();
}

// What is refused is over by now, and need not be said again.
async function sendConfirmed(me: Phone): Promise<void> {
  for (const number of await confirmed()) {
    try {
      await confirmAlert(me, number);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
    }
    await change({ put: { "me/confirmed": (await confirmed()).filter((one) => one !== number) } });
  }
}

async function refuse(act: Act, problem: Problem): Promise<void> {
  await change({ put: { [`act/${act.id}`]: { ...act, state: "refused", problem } } });
  tell();
}

async function sendPatrols(me: Phone): Promise<void> {
  for (const one of (await patrols()).filter((each) => each.state === "waiting").reverse()) {
    try {
      await sendPatrol(me, one);
      await settlePatrol(one, null);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      await settlePatrol(one, error.problem);
    }
    tell();
  }
}

async function hear(me: Phone): Promise<void> {
  const waiting = (await pending()).length;
  let more = true;
  signal.news = false;
  while (more) {
    const known = (await get<number>("me/shape")) === SHAPE;
    const after = known ? ((await get<string>("me/cursor")) ?? "") : "";
    const heard = await pull(me, after, { version, waiting, size: PAGE });
    await change({
      forget: heard.anew ? ["case"] : [],
      put: {
        ...Object.fromEntries(heard.cases.map((one) => [`case/${one.number}`, one])),
        "me/cursor": heard.next,
        "me/shape": SHAPE,
        "me/stamp": heard.stamp,
        "me/alerts": heard.alerts,
      },
      remove: heard.removed.map((number) => `case/${number}`),
    });
    more = heard.more;
    signal.news ||= Boolean(heard.anew || heard.cases.length || heard.removed.length);
    if ((await kit())?.tag !== heard.kit) {
      await change({ put: { "me/kit": await readKit(me), "me/outlines": await readOutlines(me) } });
    }
    tell();
  }
  await tidyPhotos();
}

// Photos come after all else, and hold nothing up.
let fetching = false;
async function ahead(): Promise<void> {
  if (fetching || signal.state !== "good" || signal.ended) {
    return;
  }
  fetching = true;
  try {
    if (await fetchPhotos()) {
      tell();
    }
  } finally {
    fetching = false;
  }
}

// What this post did on a phone that was wiped, once it has arrived there sealed.
export async function fetchSealed(): Promise<void> {
  const me = await phone();
  const known = await kit();
  if (!me || !known) {
    return;
  }
  const here = new Set((await acts()).map((act) => act.id));
  for (const one of await readSealed(me)) {
    if (here.has(one.act.request)) {
      continue;
    }
    const photos: Photo[] = [];
    for (const photo of one.photos) {
      try {
        photos.push(await keepPhoto(await readSealedPhoto(me, one.id, photo.id), photo.origin));
      } catch (error) {
        // One that nobody can open takes no act with it, nor those behind it.
        if (!(error instanceof Refusal)) {
          throw error;
        }
      }
    }
    const found = (await cases()).find((each) => each.id === one.act.case);
    const procedure = one.act.procedure ?? found?.procedure ?? known.procedures[0]?.key ?? "";
    const act: Act = {
      id: one.act.request,
      at: one.act.at,
      action: one.act.action,
      procedure,
      version: found?.version ?? newest(known).find((each) => each.key === procedure)?.version ?? 1,
      case: one.act.case,
      number: found?.number ?? null,
      place: one.act.place ?? null,
      data: one.act.data,
      expect: one.act.expect ?? null,
      photos,
      title: found ? titleOf(found, known) : String(one.act.data["words"] ?? "").slice(0, 40),
      stamp: one.stamp,
      state: "foreign",
      problem: null,
      arrived: null,
      seq: null,
    };
    await change({ put: { [`act/${act.id}`]: act } });
  }
  tell();
}

// After so many days without signal what can be read is put away; acts that wait stay.
export async function putAwayIfOld(): Promise<boolean> {
  const heard = await plain<number>("heard");
  const days = (await plain<number>("kept_days")) ?? 7;
  if (heard === undefined || Date.now() - heard < days * DAY) {
    return false;
  }
  await change({ forget: ["case", "file"], remove: ["me/cursor"] });
  return true;
}

export function sayProblem(problem: Problem): string {
  const said = [...(problem.errors ?? []).map((each) => each.detail), problem.detail].find((each) => each);
  return said ?? say("refused");
}
