// How a toolkit looks on our pages: our words, colours and fonts.
const page = getComputedStyle(document.documentElement);

export const token = (name: string): string => page.getPropertyValue(`--tb-${name}`).trim();

export function inOurFont(): { fontFamily: string; fontSize: number } {
  return { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
}

/** A module for the toolkit that says what it says in the reader's language. */
export function speaking(words: Record<string, string>): object {
  const translate = (text: string, replaced: Record<string, string> = {}): string =>
    (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => replaced[name] ?? whole);
  return { translate: ["value", translate] };
}
