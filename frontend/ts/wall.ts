// SPDX-License-Identifier: Apache-2.0
// The wall draws itself anew without blinking, and not while somebody at the keyboard is in it.
import htmx from "htmx.org";
import "./alerts";
import "./live";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

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
