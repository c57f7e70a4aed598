// SPDX-License-Identifier: Apache-2.0
// What only a demo runs: its bar stays folded, or open, as the guest left it on the page before. Within the phone's frame, which
// stands under a bar already, there is none: a page that the phone's own worker fetched was not drawn for a frame.
if (window.top !== window) {
  for (const part of document.querySelectorAll(".anlan-bar__rows, .anlan-stop")) {
    part.remove();
  }
}
const NARROW = 641;
for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-fold]")) {
  const name = fold.dataset.fold ?? "";
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  if (kept) {
    fold.open = kept.endsWith("=open");
  } else if (fold.dataset.tour && window.innerWidth < NARROW) {
    fold.open = false; // on a phone what one came to see is below it
  }
  fold.querySelector("summary")?.addEventListener("click", () => {
    // The click comes before the fold has changed.
    document.cookie = `${name}=${fold.open ? "folded" : "open"}; path=/; max-age=86400; samesite=lax`;
  });
}

// The page of the field app is kept by the phone and knows of no guest: the tour's line comes to it, and anew when one comes back to it.
// What came last is kept for when there is no signal, which is what the tour is about there.
const STOP = "anlan-demo-stop";
const tour = window.top === window ? document.querySelector<HTMLElement>("[data-tour]") : null;
async function findStop(place: HTMLElement): Promise<void> {
  const answer = await fetch(place.dataset.tour ?? "", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  const said = answer ? (answer.ok ? await answer.text() : "") : (localStorage.getItem(STOP) ?? "");
  localStorage.setItem(STOP, said);
  const drawn = document.createElement("template");
  drawn.innerHTML = said;
  // Folded, it still says which stop this is.
  const head = drawn.content.querySelector("strong");
  const summary = place.querySelector("summary");
  if (head && summary) {
    summary.textContent = head.textContent;
    head.remove();
  }
  place.hidden = !drawn.content.firstElementChild;
  place.lastElementChild?.replaceChildren(drawn.content);
}
if (tour) {
  const find = () => document.visibilityState === "visible" && void findStop(tour).catch(() => undefined);
  document.addEventListener("visibilitychange", find);
  find();
}
