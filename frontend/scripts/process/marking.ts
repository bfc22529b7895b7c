// Badges and colours over a diagram, and the way between it and the table below.
import type { Point } from "../drawing/zooming";
import type { Badge, Mark } from "./task";
import type { Drawn, Toolkit } from "./toolkit";

const KIND = "tb-badge";
const CHOSEN = "tb-chosen";
const marked = new WeakMap<Toolkit, [id: string, look: string][]>();

export function mark(diagram: Toolkit, marks: Mark[]): void {
  const [canvas, overlays, known] = [
    diagram.get("canvas"),
    diagram.get("overlays"),
    diagram.get("elementRegistry"),
  ];
  for (const [id, look] of marked.get(diagram) ?? []) {
    if (known.get(id)) canvas.removeMarker(id, look);
  }
  overlays.remove({ type: KIND });
  const looks: [string, string][] = [];
  for (const { element: id, look, badges } of marks) {
    const element = known.get(id);
    if (!element) continue;
    if (look) {
      canvas.addMarker(id, look);
      looks.push([id, look]);
    }
    for (const badge of badges) {
      overlays.add(id, KIND, { position: position(element, badge.place), html: drawn(badge) });
    }
  }
  marked.set(diagram, looks);
}

function drawn({ text, says, kind }: Badge): HTMLElement {
  const badge = document.createElement("span");
  badge.className = `tb-badge ${kind}`;
  badge.textContent = text;
  badge.title = says;
  return badge;
}

function position({ waypoints, width = 0 }: Drawn, place: Badge["place"]): object {
  if (waypoints) {
    const [from, to] = middle(waypoints);
    const corner = { x: Math.min(...xs(waypoints)), y: Math.min(...ys(waypoints)) };
    const isLevel = Math.abs(to.x - from.x) >= Math.abs(to.y - from.y);
    const [x, y] = [(from.x + to.x) / 2 - corner.x, (from.y + to.y) / 2 - corner.y];
    return isLevel ? { left: x - 4, top: y - 12 } : { left: x, top: y };
  }
  if (place === "left") return { top: -10, left: -10 };
  if (place === "below") return { bottom: -4, left: width / 2 };
  return { top: -10, right: 10 };
}

const xs = (points: Point[]): number[] => points.map(({ x }) => x);
const ys = (points: Point[]): number[] => points.map(({ y }) => y);

/** The longest part of the line: there is room for a number. */
function middle(points: Point[]): [Point, Point] {
  let longest: [Point, Point] = [points[0] as Point, points[1] as Point];
  const length = ([from, to]: [Point, Point]) => Math.hypot(to.x - from.x, to.y - from.y);
  for (const [place, to] of points.slice(1).entries()) {
    const part: [Point, Point] = [points[place] as Point, to];
    if (length(part) > length(longest)) longest = part;
  }
  return longest;
}

/** A name in the table shows the element in the diagram, and a click there the row. */
export function connect(diagram: Toolkit, show: (element: Drawn) => void): void {
  const known = diagram.get("elementRegistry");
  let chosen = "";
  const choose = (id: string) => {
    if (known.get(chosen)) diagram.get("canvas").removeMarker(chosen, CHOSEN);
    chosen = known.get(id) ? id : "";
    if (chosen) diagram.get("canvas").addMarker(chosen, CHOSEN);
    for (const row of document.querySelectorAll<HTMLElement>("[data-tb-step]")) {
      row.classList.toggle("is-chosen", row.dataset.tbStep === chosen);
    }
  };
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-tb-show]");
    const element = known.get(button?.dataset.tbShow ?? "");
    if (!button || !element) return;
    choose(element.id);
    show(element);
  });
  diagram.get("eventBus").on("element.click", ({ element }) => {
    if (element) choose(element.id.replace(/_label$/, ""));
  });
}
