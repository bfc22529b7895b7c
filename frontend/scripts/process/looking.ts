// A diagram to look at, with what is told of its elements drawn over them.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { fetched } from "../drawing/asked";
import { sayInstead } from "../drawing/leaving";
import { fit, followTheWidth, listenToZoom } from "../drawing/zooming";
import { connect, mark } from "./marking";
import { options } from "./options";
import type { Task } from "./task";
import type { Business, Toolkit } from "./toolkit";

const READABLE = 0.6;

export async function look(place: HTMLElement, task: Task): Promise<void> {
  const viewer = new NavigatedViewer(options(place, task));
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
  mark(diagram, task.marks);
  comeCloser(diagram, task);
  connect(diagram, () => place.scrollIntoView({ block: "nearest" }));
  place.dataset.tbReady = "";
}

/** On a small screen the whole is too small to read: begin where the case stands. */
function comeCloser(diagram: Toolkit, { marks }: Task): void {
  const canvas = diagram.get("canvas");
  const now = marks.find(({ look }) => look === "is-now");
  const element = diagram.get("elementRegistry").get(now?.element ?? "");
  if (!element || canvas.zoom() >= READABLE) return;
  canvas.zoom(READABLE);
  canvas.scrollToElement(element, 60);
}

type Named = Record<string, Business>;
