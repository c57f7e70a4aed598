// SPDX-License-Identifier: Apache-2.0
// The drawings of the server stay where a script cannot do better; only where it can is an engine fetched at all.

function canDrawMaps(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return (
    window.matchMedia("(min-width: 700px)").matches &&
    connection?.saveData !== true &&
    document.createElement("canvas").getContext("webgl2") !== null
  );
}

async function enliven(figure: HTMLElement): Promise<void> {
  const engine = (await import(figure.dataset.engine ?? "")) as { enliven: (figure: HTMLElement) => Promise<void> };
  await engine.enliven(figure);
}

const wanted = Array.from(document.querySelectorAll<HTMLElement>("[data-trend]"));
if (document.querySelector("[data-map]") && canDrawMaps()) {
  wanted.push(...document.querySelectorAll<HTMLElement>("[data-map]"));
}
for (const figure of wanted) {
  // What fails leaves the server's drawing as it was.
  enliven(figure).catch(() => undefined);
}

export {};
