// Draws every [data-tb-chart]: its value is the id of a JSON block with an ECharts option. Colours
// are named in it as "token:c2" and read from the page, so light and dark follow the page.
import { BarChart, LineChart, LinesChart, MapChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  GeoComponent,
  GridComponent,
  LegendPlainComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapPiecewiseComponent,
} from "echarts/components";
import { init, registerMap, registerTheme, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, LinesChart, MapChart, ScatterChart, SVGRenderer]);
use([AriaComponent, GeoComponent, GridComponent, LegendPlainComponent, MarkLineComponent]);
use([TooltipComponent, VisualMapPiecewiseComponent]);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const page = getComputedStyle(document.documentElement);
const token = (name: string): string => page.getPropertyValue(`--tb-${name}`).trim();

function coloured(value: Json): Json {
  if (typeof value === "string") {
    return value.startsWith("token:") ? token(value.slice("token:".length)) : value;
  }
  if (Array.isArray(value)) return value.map(coloured);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
}

function theme(): object {
  const fontSize = document.body.classList.contains("tb-wall") ? 15 : 12;
  const label = { color: token("ink-600"), fontSize };
  const axis = {
    axisLine: { lineStyle: { color: token("line-300") } },
    axisTick: { show: false },
    axisLabel: label,
    splitLine: { lineStyle: { color: token("line-200") } },
    nameTextStyle: label,
  };
  return {
    color: ["c1", "c2", "c3", "c4", "c5"].map(token),
    backgroundColor: "transparent",
    textStyle: {
      fontFamily: getComputedStyle(document.body).fontFamily,
      color: token("ink-900"),
      fontSize,
    },
    legend: { textStyle: label, itemWidth: 12, itemHeight: 8 },
    tooltip: {
      backgroundColor: token("surface"),
      borderColor: token("line-300"),
      textStyle: { color: token("ink-900"), fontSize },
    },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
  };
}

function json(id: string | undefined): Json {
  const block = id ? document.getElementById(id) : null;
  if (!block?.textContent) throw new Error(`There is no JSON block with the id "${id}".`);
  return JSON.parse(block.textContent) as Json;
}

async function draw(place: HTMLElement): Promise<void> {
  const { tbChart, tbMap, tbMapName } = place.dataset;
  if (tbMap && tbMapName) registerMap(tbMapName, await (await fetch(tbMap)).text());
  const chart = init(place, "tongban", { renderer: "svg" });
  const option = coloured(json(tbChart)) as Record<string, Json>;
  chart.setOption({ animation: false, ...option });
  new ResizeObserver(() => chart.resize()).observe(place);
}

document.addEventListener("DOMContentLoaded", () => {
  registerTheme("tongban", theme());
  for (const place of document.querySelectorAll<HTMLElement>("[data-tb-chart]")) void draw(place);
});
