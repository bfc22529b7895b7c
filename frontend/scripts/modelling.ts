// The diagram of a process, to change. Only who may change it loads it: it is twice as large.
import { asked } from "./drawing/asked";
import { edit } from "./process/editing";
import type { EditTask } from "./process/task";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector<HTMLElement>("[data-tb-diagram]");
  if (place) void edit(place, asked<EditTask>(place.dataset.tbDiagram));
});
