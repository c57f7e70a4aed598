// SPDX-License-Identifier: Apache-2.0
// The server's map again, to move and to look closer at: same outlines, same colours, same links, no tiles of anybody.
import { Map as Sheet, Marker, setWorkerUrl } from "maplibre-gl";
import type { ExpressionSpecification, GeoJSONSource, LngLatBoundsLike } from "maplibre-gl";

type Place = { code: string; name: string; says: string; url: string; colour: string; dark: boolean; current: boolean };
type Ring = [number, number][];
type Outline = { properties: { code: string }; geometry: { type: string; coordinates: Ring[] | Ring[][] } };

const INK = "#1b2327";
const PALE = "#ffffff";

function places(drawing: Element): Place[] {
  return Array.from(drawing.querySelectorAll<SVGAElement>("[data-code]")).map((each) => {
    const says = each.getAttribute("aria-label") ?? "";
    const area = each.querySelector("path");
    return {
      code: each.dataset.code ?? "",
      name: each.dataset.label ?? "",
      says,
      url: each.getAttribute("href") ?? "",
      colour: area ? getComputedStyle(area).fill : PALE,
      dark: area ? /--[45]$/.test(area.getAttribute("class") ?? "") : false,
      current: each.hasAttribute("aria-current"),
    };
  });
}

function rings(outline: Outline): Ring[] {
  const shape = outline.geometry;
  return shape.type === "Polygon" ? (shape.coordinates as Ring[]) : (shape.coordinates as Ring[][]).map((part) => part[0] ?? []);
}

function edges(found: Ring[]): [[number, number], [number, number]] {
  const points = ([] as Ring).concat(...found);
  const x = points.map((point) => point[0]);
  const y = points.map((point) => point[1]);
  return [
    [Math.min(...x), Math.min(...y)],
    [Math.max(...x), Math.max(...y)],
  ];
}

// The middle of the largest part: near enough for a name.
function middle(outline: Outline): [number, number] {
  let best: Ring = [];
  let most = 0;
  for (const ring of rings(outline)) {
    const [[west, south], [east, north]] = edges([ring]);
    if ((east - west) * (north - south) > most) {
      most = (east - west) * (north - south);
      best = ring;
    }
  }
  const [[west, south], [east, north]] = edges([best]);
  return [(west + east) / 2, (south + north) / 2];
}

function coloured(known: Place[]): ExpressionSpecification {
  return ["match", ["get", "code"], ...known.flatMap((place) => [place.code, place.colour]), PALE] as unknown as ExpressionSpecification;
}

function way(word: string, sign: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "anlan-map__way";
  button.textContent = sign;
  button.setAttribute("aria-label", word);
  button.title = word;
  button.addEventListener("click", act);
  return button;
}

export async function enliven(figure: HTMLElement): Promise<void> {
  const sheet = figure.querySelector<HTMLElement>(".anlan-map__sheet");
  const drawing = sheet?.querySelector("svg");
  const { outlines, worker, closer = "", wider = "", whole = "" } = figure.dataset;
  if (!sheet || !drawing || !outlines || !worker) {
    return;
  }
  const answer = await fetch(outlines, { credentials: "same-origin" });
  const data = (await answer.json()) as { type: "FeatureCollection"; features: Outline[] };
  const known = places(drawing);
  const byCode = new Map(known.map((place) => [place.code, place]));
  data.features = data.features.filter((each) => byCode.has(each.properties.code));
  const bounds: LngLatBoundsLike = edges(([] as Ring[]).concat(...data.features.map(rings)));
  setWorkerUrl(new URL(worker, location.href).href);

  const live = document.createElement("div");
  live.className = "anlan-map__live";
  const says = document.createElement("div");
  says.className = "anlan-map__says";
  says.setAttribute("aria-hidden", "true");
  sheet.append(live);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new Sheet({
    container: live,
    style: { version: 8, sources: {}, layers: [] },
    bounds,
    fitBoundsOptions: { padding: 14 },
    attributionControl: false,
    locale: { "Map.Title": drawing.getAttribute("aria-label") ?? "" },
    dragRotate: false,
    pitchWithRotate: false,
    scrollZoom: false,
    renderWorldCopies: false,
    fadeDuration: still ? 0 : 300,
    minZoom: 4,
    maxZoom: 15,
  });
  map.touchZoomRotate.disableRotation();
  try {
    await new Promise<void>((done, failed) => {
      map.once("load", () => done());
      map.once("error", (event) => failed(event.error));
    });
  } catch (error) {
    map.remove();
    live.remove();
    throw error;
  }
  map.addSource("places", { type: "geojson", data: data as never, promoteId: "code" });
  map.addLayer({ id: "areas", type: "fill", source: "places", paint: { "fill-color": coloured(known) } });
  map.addLayer({ id: "edges", type: "line", source: "places", paint: { "line-color": PALE, "line-width": 1.2 } });
  map.addLayer({
    id: "chosen",
    type: "line",
    source: "places",
    layout: { "line-join": "round" },
    paint: { "line-color": INK, "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 3.5, 0] },
  });

  let under = "";
  function choose(code: string): void {
    if (code === under) {
      return;
    }
    if (under) {
      map.setFeatureState({ source: "places", id: under }, { chosen: byCode.get(under)?.current ?? false });
    }
    under = code;
    if (code) {
      map.setFeatureState({ source: "places", id: code }, { chosen: true });
    }
    says.textContent = byCode.get(code)?.says ?? "";
    live.classList.toggle("anlan-map__live--over", Boolean(byCode.get(code)?.url));
  }
  for (const place of known.filter((each) => each.current)) {
    map.setFeatureState({ source: "places", id: place.code }, { chosen: true });
  }
  map.on("mousemove", "areas", (event) => choose(String(event.features?.[0]?.properties?.code ?? "")));
  map.on("mouseleave", "areas", () => choose(""));
  map.on("click", "areas", (event) => {
    const url = byCode.get(String(event.features?.[0]?.properties?.code ?? ""))?.url;
    if (url) {
      location.assign(url);
    }
  });

  const marks: { mark: HTMLElement; outline: Outline }[] = [];
  for (const outline of data.features) {
    const place = byCode.get(outline.properties.code);
    if (!place) {
      continue;
    }
    const mark = document.createElement(place.url ? "a" : "span");
    mark.className = `anlan-map__mark${place.dark ? " anlan-map__mark--dark" : ""}`;
    mark.textContent = place.name;
    if (place.url) {
      mark.setAttribute("href", place.url);
      mark.setAttribute("aria-label", place.says);
      mark.addEventListener("focus", () => choose(place.code));
      mark.addEventListener("blur", () => choose(""));
    }
    new Marker({ element: mark }).setLngLat(middle(outline)).addTo(map);
    marks.push({ mark, outline });
  }
  function fit(): void {
    for (const { mark, outline } of marks) {
      const [low, high] = edges(rings(outline));
      const room = Math.abs(map.project(high).x - map.project(low).x);
      mark.classList.toggle("anlan-map__mark--small", mark.offsetWidth > room * 0.8);
    }
  }
  map.on("zoomend", fit);
  map.on("resize", fit);
  fit();

  const ways = document.createElement("div");
  ways.className = "anlan-map__ways";
  const motion = { animate: !still };
  ways.append(
    way(closer, "+", () => map.zoomIn(motion)),
    way(wider, "−", () => map.zoomOut(motion)),
    way(whole, "⤢", () => map.fitBounds(bounds, { padding: 14, ...motion })),
  );
  live.append(ways, says);
  await (map.getSource("places") as GeoJSONSource).getBounds();
  const held = document.activeElement?.closest<SVGAElement>(".anlan-map__place")?.getAttribute("href");
  if (held && drawing.contains(document.activeElement)) {
    marks.find(({ mark }) => mark.getAttribute("href") === held)?.mark.focus({ preventScroll: true });
  }
  // Kept in its place, so that the sheet keeps its height; no longer read out or reached, because the links are above it.
  drawing.setAttribute("aria-hidden", "true");
  for (const link of drawing.querySelectorAll("a")) {
    link.removeAttribute("href");
  }
}
