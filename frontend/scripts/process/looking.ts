// A diagram to look at, with what is told of its elements drawn over them.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { fetched } from "../drawing/asked";
import { followFingers } from "../drawing/fingers";
import { sayInstead } from "../drawing/leaving";
import { fit, followTheWidth, listenToZoom } from "../drawing/zooming";
import { connect, mark } from "./marking";
import { options } from "./options";
import type { Task } from "./task";
import type { Business, Toolkit } from "./toolkit";

const READABLE = 0.6;
const NARROW = 700; // CSS pixels; there one reads from near by, and a finger moves the drawing
const NEAR = 0.85;

export async function look(place: HTMLElement, task: Task): Promise<void> {
  const viewer = new NavigatedViewer(options(place, task, ROOM_FOR_LABELS));
  const diagram = viewer as unknown as Toolkit;
  viewer.on("import.parse.complete", ({ elementsById }: { elementsById?: Named }) => {
    for (const [id, label] of Object.entries(task.labels)) {
      const element = elementsById?.[id];
      if (element) element.name = label;
    }
  });
  try {
    await viewer.importXML(await fetched(task.url));
  } catch (error) {
    sayInstead(place, "#tb-undrawn");
    if (!/no diagram|no process or collaboration/.test(String(error))) throw error;
    return;
  }
  const shown = () => diagram.get("canvas");
  fit(shown);
  listenToZoom(shown);
  followTheWidth(place, shown);
  followFingers(place, shown);
  mark(diagram, task.marks);
  comeCloser(diagram, task, place);
  connect(diagram, () => place.scrollIntoView({ block: "nearest" }));
  place.dataset.tbReady = "";
}

/** Where the whole is too small to read: begin where the case stands, or where it begins. */
function comeCloser(diagram: Toolkit, { marks }: Task, place: HTMLElement): void {
  const [canvas, known] = [diagram.get("canvas"), diagram.get("elementRegistry")];
  const isNarrow = place.clientWidth < NARROW;
  const readable = isNarrow ? NEAR : READABLE;
  const now = known.get(marks.find(({ look }) => look === "is-now")?.element ?? "");
  const begins = known.getAll().find((each) => each.businessObject?.$type === "bpmn:StartEvent");
  const element = now ?? (isNarrow ? begins : undefined);
  if (!element || canvas.zoom() >= readable) return;
  canvas.zoom(readable);
  canvas.scrollToElement(element, 60);
}

/** A label is as wide as the file says, which is too narrow for another language, and for a letter
 * more than the toolkit measures. */
const ROOM_FOR_LABELS = {
  __init__: ["roomForLabels"],
  roomForLabels: ["type", widen],
};
const WIDTH = 90;

widen.$inject = ["textRenderer"];
function widen(renderer: { getExternalLabelBounds: (bounds: Box, text: string) => Box }): void {
  const measured = renderer.getExternalLabelBounds.bind(renderer);
  renderer.getExternalLabelBounds = (bounds, text) => {
    const width = Math.max(bounds.width, WIDTH);
    const found = measured({ ...bounds, x: bounds.x + (bounds.width - width) / 2, width }, text);
    return { ...found, x: found.x - 2, width: found.width + 4 };
  };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Named = Record<string, Business>;
