// SPDX-License-Identifier: Apache-2.0
// The server's lines again, to read off day by day. What is drawn is what stands in the table below them.
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

const SOFT = "#55606a";
const LINE = "#ddd6c6";

function number(cell: Element): number | null {
  const text = (cell.textContent ?? "").replace(/,/g, "");
  return text === "–" ? null : Number(text);
}

export async function enliven(figure: HTMLElement): Promise<void> {
  const drawing = figure.querySelector<SVGElement>(".anlan-trend__drawing");
  const table = figure.querySelector("table");
  if (!drawing || !table || table.tBodies.length === 0) {
    return;
  }
  const names = Array.from(table.querySelectorAll("thead th")).slice(1).map((each) => each.textContent ?? "");
  const rows = Array.from(table.tBodies[0]?.rows ?? []).reverse();
  const days = rows.map((row) => row.cells[0]?.textContent?.trim() ?? "");
  const looks = Array.from(figure.querySelectorAll("[data-line]")).map((each) => getComputedStyle(each));
  const live = document.createElement("div");
  live.className = "anlan-trend__live";
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", drawing.getAttribute("aria-label") ?? "");
  drawing.after(live);
  drawing.setAttribute("hidden", "");
  drawing.remove();
  const chart = init(live, undefined, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(figure).fontFamily },
    grid: { left: 56, right: 16, top: 14, bottom: 30 },
    // Drawn, not written as HTML with styles, which the policy of these pages refuses.
    tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontSize: 14 } },
    xAxis: { type: "category", data: days, boundaryGap: false, axisLabel: { color: SOFT, hideOverlap: true }, axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { color: SOFT }, splitLine: { lineStyle: { color: LINE } } },
    series: names.map((name, n) => ({
      name,
      type: "line" as const,
      data: rows.map((row) => number(row.cells[n + 1] as Element)),
      showSymbol: false,
      lineStyle: { width: 2.5, color: looks[n]?.stroke, type: looks[n]?.strokeDasharray === "none" ? ("solid" as const) : ("dashed" as const) },
      itemStyle: { color: looks[n]?.stroke },
    })),
  });
  window.addEventListener("resize", () => chart.resize());
}
