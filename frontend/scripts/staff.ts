import { furnishTheDesk } from "./desk";
import { focusOnProblems, sendOnChange, sendOnce } from "./forms";
import { listenToFragments } from "./fragments";

document.addEventListener("DOMContentLoaded", () => {
  listenToFragments();
  sendOnce();
  sendOnChange();
  furnishTheDesk();
  focusOnProblems();
});
