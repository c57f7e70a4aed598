// SPDX-License-Identifier: Apache-2.0
// The drawings of the server stay where a script cannot do better; only where it can is an engine fetched at all.

// On a phone a map that moves under the thumb is in the way of the page, and a megabyte dear.
const ROOM = 420;

function canDrawMaps(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData !== true && document.createElement("canvas").getContext("webgl2") !== null;
}

async function enliven(figure: HTMLElement): Promise<void> {
  const engine = (await import(figure.dataset.engine ?? "")) as { enliven: (figure: HTMLElement) => Promise<void> };
  await engine.enliven(figure);
}

const wanted = Array.from(document.querySelectorAll<HTMLElement>("[data-trend]"));
const maps = Array.from(document.querySelectorAll<HTMLElement>("[data-map]")).filter((map) => map.clientWidth >= ROOM);
if (maps.length > 0 && canDrawMaps()) {
  wanted.push(...maps);
}
for (const figure of wanted) {
  // What fails leaves the server's drawing as it was.
  enliven(figure).catch(() => undefined);
}

export {};
