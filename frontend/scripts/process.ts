// The diagram of a process, to look at. The page of a case and those of a process load it.
import { asked } from "./drawing/asked";
import { look } from "./process/looking";
import type { Task } from "./process/task";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector<HTMLElement>("[data-tb-diagram]");
  if (place) void look(place, asked<Task>(place.dataset.tbDiagram));
});
