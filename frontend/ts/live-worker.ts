// SPDX-License-Identifier: Apache-2.0
// One stream for all pages of a browser: it passes on what it hears; a page that comes later is told whether it hears, and up to where.
import { follow, type Told } from "./live-stream";

interface Pages {
  name: string;
  onconnect: ((event: MessageEvent) => void) | null;
}

const self_ = self as unknown as Pages;
const pages: MessagePort[] = [];
// Claims are in no journal: a page is told those that came while it was on its way.
const JUST_NOW = 15_000;
let claims: { when: number; told: Told }[] = [];
let stands: Told = { name: "down", cases: [], more: 0, at: 0 };

follow(self_.name, (told) => {
  const at = Math.max(stands.at, told.at);
  if (told.name === "here" || told.name === "down") {
    stands = { ...told, at };
  } else {
    stands = { ...stands, at };
  }
  if (told.name === "claims") {
    claims = [...claims.filter((one) => one.when > Date.now() - JUST_NOW), { when: Date.now(), told }];
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
    claims.filter((one) => one.when > Date.now() - JUST_NOW).forEach((one) => page.postMessage(one.told));
  }
};
