// How the toolkit looks on our pages; the wheel scrolls the page.
import { inOurFont, speaking, token } from "../drawing/look";
import type { EditTask, Task } from "./task";

export function options(
  container: HTMLElement,
  { words, ...task }: Task | EditTask,
  ...modules: object[]
): object {
  const defaultStyle = inOurFont();
  return {
    container,
    additionalModules: [speaking(words), ...modules],
    moddleExtensions: "extension" in task ? { tb: task.extension } : {},
    bpmnRenderer: {
      defaultFillColor: token("surface"),
      defaultStrokeColor: token("ink-700"),
      defaultLabelColor: token("ink-900"),
    },
    textRenderer: { defaultStyle, externalStyle: defaultStyle },
    zoomScroll: { enabled: false },
  };
}
