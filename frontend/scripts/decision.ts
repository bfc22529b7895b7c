// The drawing of a decision, to look at. Only the pages of decisions load it.
import { look } from "./decision/looking";
import { adoptStyles } from "./decision/styles";
import { asked } from "./decision/task";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector<HTMLElement>("[data-tb-drawing]");
  if (!place) return;
  adoptStyles();
  void look(place, asked(place));
});
