// SPDX-License-Identifier: Apache-2.0
// What the live service tells, one after the other: "here" where a stream begins, "down" when it breaks off, and what it says meanwhile.
// Read by fetch: the browser's own EventSource sends no token, gives up for ever after one bad gateway, and waits for ever on a line that
// died without a word.
export interface Told {
  name: "here" | "down" | "cases" | "claims" | "alerts" | "anew" | "over";
  cases: string[];
  more: number; // so many besides
  at: number;
}

const BACK = 3_000;
const LONGEST_BACK = 60_000;
// The service says something every twenty seconds.
const SILENCE = 50_000;

// Tells what comes `after` a position until it is stopped, by what this returns. With a token, no cookie goes along.
export function follow(address: string, tell: (told: Told) => void, { after = 0, token = "" } = {}): () => void {
  let at = after;
  let failures = 0;
  let stopped = false;
  let line = new AbortController();
  let waiting = 0;

  function take(words: string): void {
    const fields = new Map(words.split("\n").map((each) => [each.slice(0, each.indexOf(":")), each.slice(each.indexOf(":") + 2)] as const));
    at = Number(fields.get("id") ?? at);
    const name = fields.get("event") as Told["name"] | undefined;
    if (name && !stopped) {
      const told = JSON.parse(fields.get("data") ?? "{}") as Partial<Told>;
      if (name === "here") {
        failures = 0;
        at ||= told.at ?? 0;
      }
      tell({ cases: [], more: 0, at, ...told, name });
    }
  }

  async function listen(): Promise<void> {
    const url = new URL(address, location.href);
    url.hash = "";
    if (at) {
      url.searchParams.set("after", String(at));
    }
    line = new AbortController();
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = Number(setTimeout(() => line.abort(), SILENCE));
    };
    heard();
    try {
      const answer = await fetch(url.href, {
        headers: token ? { Authorization: `Bearer ${token}` } : {},
        credentials: token ? "omit" : "include",
        cache: "no-store",
        signal: line.signal,
      });
      const reader = answer.status === 200 ? answer.body?.getReader() : undefined;
      const decoder = new TextDecoder();
      let rest = "";
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        heard();
        const words = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
        rest = words.pop() ?? "";
        words.forEach(take);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  async function again(): Promise<void> {
    failures += 1;
    await listen().catch(() => undefined);
    if (!stopped) {
      tell({ name: "down", cases: [], more: 0, at: 0 });
      waiting = Number(setTimeout(() => void again(), Math.min(LONGEST_BACK, BACK * 2 ** (failures - 1)) * (0.5 + Math.random())));
    }
  }

  void again();
  return () => {
    stopped = true;
    clearTimeout(waiting);
    line.abort();
  };
}
