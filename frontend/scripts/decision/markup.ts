// Stands in for the package `domify` in this bundle: the element that a piece of HTML describes. Our
// Content-Security-Policy refuses style attributes in markup, so styles are set on the element.
const HELD = "data-tb-style";

export default function domify(html: string, doc: Document = document): Node {
  const template = doc.createElement("template");
  template.innerHTML = html.trim().replace(/\sstyle="/g, ` ${HELD}="`);
  const content = doc.importNode(template.content, true); // else its owner were the template
  for (const element of content.querySelectorAll<HTMLElement | SVGElement>(`[${HELD}]`)) {
    element.style.cssText = element.getAttribute(HELD) ?? "";
    element.removeAttribute(HELD);
  }
  const [first] = content.childNodes;
  return first && content.childNodes.length === 1 ? first : content;
}
