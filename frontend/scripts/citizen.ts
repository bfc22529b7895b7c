import { focusOnProblems, sendOnce } from "./forms";
import { listenToFragments } from "./fragments";

document.addEventListener("DOMContentLoaded", () => {
  listenToFragments();
  sendOnce();
  focusOnProblems();
});
