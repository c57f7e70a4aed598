// SPDX-License-Identifier: Apache-2.0
// The wall draws itself anew without blinking, and not while somebody at the keyboard is in it.
import htmx from "htmx.org";
import "./alerts";
import "./live";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

// What is told is counted a moment later, and a province is told of something every second.
const SOON = 3_000;
const GAP = 15_000;
let drawnAt = 0;
let due = 0;

function countSoon(): void {
  due ||= window.setTimeout(() => {
    due = 0;
    drawnAt = Date.now();
    const wall = document.getElementById("main");
    if (wall) {
      htmx.trigger(wall, "anlan:counted");
    }
  }, Math.max(SOON, drawnAt + GAP - Date.now()));
}

document.addEventListener("anlan:changed", countSoon);
document.addEventListener("htmx:afterSettle", () => {
  // It says itself that something is not counted yet.
  if (document.querySelector("#main[data-waits]")) {
    countSoon();
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const focused = document.activeElement;
  if (focused instanceof HTMLAnchorElement || document.querySelector("details[open]")) {
    event.preventDefault();
  }
});

// An answer without a wall is a sign-in: the browser goes there itself.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
  if (!xhr.responseText.includes('class="anlan-wall__page"')) {
    event.preventDefault();
    location.reload();
  }
});
