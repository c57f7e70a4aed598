// SPDX-License-Identifier: Apache-2.0
// One stream for all pages of a browser: it passes on what it hears; a page that comes later is told whether it hears, and up to where.
import { follow, type Told } from "./live-stream";

interface Pages {
  name: string;
  onconnect: ((event: MessageEvent) => void) | null;
}

const self_ = self as unknown as Pages;
const pages: MessagePort[] = [];
let stands: Told = { name: "down", cases: [], at: 0 };

follow(self_.name, (told) => {
  const at = Math.max(stands.at, told.at);
  if (told.name === "here" || told.name === "down") {
    stands = { ...told, at };
  } else {
    stands = { ...stands, at };
  }
  for (const page of pages) {
    page.postMessage({ ...told, at });
  }
});

self_.onconnect = (event) => {
  const page = event.ports[0];
  if (page) {
    pages.push(page);
    page.postMessage(stands);
  }
};
