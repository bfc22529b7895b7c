// How the toolkit looks on our pages; the wheel scrolls the page.
import { inOurFont, speaking, token } from "../drawing/look";
import type { Task } from "./task";

export function options(container: HTMLElement, { words }: Task): object {
  const additionalModules = [speaking(words)];
  const defaultStyle = inOurFont();
  return {
    container,
    drd: {
      additionalModules,
      drdRenderer: {
        defaultFillColor: token("surface"),
        defaultStrokeColor: token("ink-700"),
        defaultLabelColor: token("ink-900"),
      },
      textRenderer: { defaultStyle, externalStyle: defaultStyle },
      zoomScroll: { enabled: false },
    },
    decisionTable: { additionalModules, debounceInput: false },
    literalExpression: { additionalModules },
    boxedExpression: { additionalModules },
  };
}
