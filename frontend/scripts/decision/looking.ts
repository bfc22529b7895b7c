// A drawing to look at: its elements bear the names that people read, and a click on a decision
// shows its rules, as the list beside it does.
import Viewer from "dmn-js/lib/NavigatedViewer";
import { fetched } from "../drawing/asked";
import { followFingers } from "../drawing/fingers";
import { fit, followTheWidth, listenToZoom } from "../drawing/zooming";
import { options } from "./options";
import type { Task } from "./task";
import { renamed } from "./versions";
import { graph } from "./zooming";

const CHOSEN = "tb-chosen";

export async function look(place: HTMLElement, task: Task): Promise<void> {
  const viewer = new Viewer(options(place, task));
  viewer.on("import.parse.complete", ({ definitions }: { definitions?: Named }) => {
    for (const each of definitions?.drgElement ?? []) each.name = task.labels[each.id] ?? each.name;
  });
  await viewer.importXML(renamed(await fetched(task.url)).xml);
  const shown = graph(viewer);
  fit(shown);
  listenToZoom(shown);
  followTheWidth(place, shown);
  followFingers(place, shown);
  followTheList(viewer);
  place.dataset.tbReady = "";
}

interface Named {
  drgElement?: { id: string; name?: string }[];
}

function followTheList(viewer: Viewer): void {
  const drawn = viewer.getActiveViewer();
  if (!drawn || viewer.getActiveView()?.type !== "drd") return;
  const [canvas, known] = [drawn.get("canvas"), drawn.get("elementRegistry")];
  let marked = "";
  const mark = () => {
    if (known.get(marked)) canvas.removeMarker(marked, CHOSEN);
    marked = link("[aria-current]")?.dataset.tbDecision ?? "";
    if (known.get(marked)) canvas.addMarker(marked, CHOSEN);
  };
  mark();
  document.body.addEventListener("htmx:afterSettle", mark);
  drawn.get("eventBus").on("element.click", ({ element }) => {
    if (element) link(`[data-tb-decision="${CSS.escape(element.id)}"]`)?.click();
  });
}

function link(selector: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#tb-decisions ${selector}`);
}
