// The drawing of a decision, to change. Only who may change it loads it: it is twice as large.
import { edit } from "./decision/editing";
import { adoptStyles } from "./decision/styles";
import { asked } from "./decision/task";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector<HTMLElement>("[data-tb-drawing]");
  if (!place) return;
  adoptStyles();
  void edit(place, asked(place));
});
