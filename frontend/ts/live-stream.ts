// SPDX-License-Identifier: Apache-2.0
// What the live service tells, one after the other: "here" where a stream begins, "down" when it breaks off, and what it says meanwhile.
export interface Told {
  name: "here" | "down" | "cases" | "alerts" | "anew" | "over";
  cases: string[];
  at: number;
}

const NAMES: Told["name"][] = ["here", "cases", "alerts", "anew", "over"];

export function follow(address: string, tell: (told: Told) => void): void {
  const stream = new EventSource(address, { withCredentials: true });
  stream.onerror = () => tell({ name: "down", cases: [], at: 0 });
  for (const name of NAMES) {
    stream.addEventListener(name, (event) => {
      const { data, lastEventId } = event as MessageEvent<string>;
      tell({ cases: [], at: Number(lastEventId), ...(JSON.parse(data) as Partial<Told>), name });
    });
  }
}
