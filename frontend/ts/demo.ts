// SPDX-License-Identifier: Apache-2.0
// What only a demo runs: its bar stays folded, or open, as the guest left it on the page before. Within the phone's frame, which
// stands under a bar already, there is none: a page that the phone's own worker fetched was not drawn for a frame.
if (window.top !== window) {
  for (const part of document.querySelectorAll(".anlan-bar__rows, .anlan-stop")) {
    part.remove();
  }
}
for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-fold]")) {
  const name = fold.dataset.fold ?? "";
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  if (kept) {
    fold.open = kept.endsWith("=open");
  }
  fold.querySelector("summary")?.addEventListener("click", () => {
    // The click comes before the fold has changed.
    document.cookie = `${name}=${fold.open ? "folded" : "open"}; path=/; max-age=86400; samesite=lax`;
  });
}

// The page of the field app is kept by the phone and knows of no guest: the tour's line comes to it, and anew when one comes back to it.
const tour = window.top === window ? document.querySelector<HTMLElement>("[data-tour]") : null;
async function findStop(place: HTMLElement): Promise<void> {
  const answer = await fetch(place.dataset.tour ?? "", { credentials: "same-origin", cache: "no-store" });
  const drawn = document.createElement("template");
  drawn.innerHTML = answer.ok ? await answer.text() : "";
  place.hidden = !drawn.content.firstElementChild;
  place.lastElementChild?.replaceChildren(drawn.content);
}
if (tour) {
  const find = () => document.visibilityState === "visible" && void findStop(tour).catch(() => undefined);
  document.addEventListener("visibilitychange", find);
  find();
}
