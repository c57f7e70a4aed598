// SPDX-License-Identifier: Apache-2.0
// One stream for all pages of a browser: it passes on what it hears, and says whether it hears at all.
interface Pages {
  name: string;
  onconnect: ((event: MessageEvent) => void) | null;
}

const self_ = self as unknown as Pages;
const pages: MessagePort[] = [];
const stream = new EventSource(self_.name, { withCredentials: true });
let state = "down";

let at = 0;

function tellAll(name: string, cases: string[] = []): void {
  for (const page of pages) {
    page.postMessage({ name, cases, at });
  }
}

stream.addEventListener("here", (event) => {
  const data = JSON.parse((event as MessageEvent<string>).data) as { at: number };
  at = Math.max(at, data.at);
  state = "up";
  tellAll(state);
});
stream.onerror = () => {
  state = "down";
  tellAll(state);
};
for (const name of ["cases", "anew", "over"]) {
  stream.addEventListener(name, (event) => {
    const data = JSON.parse((event as MessageEvent<string>).data) as { cases?: string[] };
    at = Math.max(at, Number((event as MessageEvent<string>).lastEventId));
    tellAll(name, data.cases ?? []);
  });
}

self_.onconnect = (event) => {
  const page = event.ports[0];
  if (page) {
    pages.push(page);
    page.postMessage({ name: state, cases: [], at });
  }
};

export {};
