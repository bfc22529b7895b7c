// How the toolkit looks on our pages: our words, colours and fonts; the wheel scrolls the page.
import type { Task } from "./task";

const page = getComputedStyle(document.documentElement);
const token = (name: string): string => page.getPropertyValue(`--tb-${name}`).trim();

export function options(container: HTMLElement, { words }: Task): object {
  const translate = (text: string, replaced: Record<string, string> = {}): string =>
    (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => replaced[name] ?? whole);
  const additionalModules = [{ translate: ["value", translate] }];
  const defaultStyle = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
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
