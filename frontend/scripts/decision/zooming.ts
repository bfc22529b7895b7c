// Only the graph is zoomed; tables scroll.
import type Manager from "dmn-js/lib/NavigatedViewer";
import type { Shown } from "../drawing/zooming";

export function graph(manager: Manager): Shown {
  return () =>
    manager.getActiveView()?.type === "drd" ? manager.getActiveViewer()?.get("canvas") : undefined;
}
