// Everything that a page may get wrong on any size of screen. It is loaded in a frame of the first
// width: setting the width of a frame lays the page out anew and paints nothing.
async ({ path, first, widths, large, rules, least, leastLarge, seconds }) => {
  const frame = document.querySelector("iframe") ?? document.createElement("iframe");
  if (!frame.isConnected) {
    document.body.replaceChildren(frame);
    frame.height = 900;
  }

  const loaded = new Promise((resolve, reject) => {
    frame.addEventListener("load", resolve, { once: true });
    setTimeout(() => reject(new Error(`${path} does not load`)), seconds * 1000);
  });
  frame.width = first;
  frame.src = path;
  await loaded;
  const { contentWindow: page, contentDocument: shown } = frame;

  const isHidden = (style, place) => style.overflowX === "hidden" && place.clientWidth > 1;

  // Small text, text that its box cuts off, and more than one primary button beside the search.
  const flaws = (smallest) => {
    const found = new Set();
    const walk = shown.createTreeWalker(shown.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const place = walk.currentNode.parentElement;
      if (!walk.currentNode.textContent.trim()) continue;
      if (place.closest("svg, script, template, .tb-sr, .tb-skip")) continue;
      const style = page.getComputedStyle(place);
      if (parseFloat(style.fontSize) < smallest) found.add(`small: ${place.outerHTML.slice(0, 90)}`);
      const isCut = isHidden(style, place) && place.scrollWidth > place.clientWidth + 1;
      if (isCut) found.add(`cut: ${place.outerHTML.slice(0, 90)}`);
    }
    const primary = [...shown.querySelectorAll(".btn-primary")].filter(
      (button) => button.offsetParent && !button.closest("[role=search]"),
    );
    if (primary.length > 1) found.add(`primary: ${primary.map((one) => one.textContent.trim())}`);
    if (shown.documentElement.scrollWidth > page.innerWidth) found.add("wider than the screen");
    return [...found];
  };

  const atEach = (sizes, smallest, said) =>
    sizes.flatMap((width) => {
      frame.width = width;
      return flaws(smallest).map((flaw) => `${said}${width}: ${flaw}`);
    });

  const judged = await page.axe.run(rules);
  const barriers = judged.violations
    .filter((rule) => ["serious", "critical"].includes(rule.impact))
    .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
  const isForCitizens = shown.body.classList.contains("tb-citizen");
  const narrowAndWide = atEach(widths, least[isForCitizens ? "citizen" : "staff"], "");
  // What the product itself says: data stays in the language it is in.
  const words = [
    ...shown.querySelectorAll(
      "button, .btn, th, legend, label, summary, nav a, footer, .tb-empty, .tb-crumb, title",
    ),
  ]
    .filter((place) => !place.closest("[lang=zh-CN], .tb-account > summary"))
    .map((place) => place.textContent.trim());
  shown.documentElement.dataset.tbSize = "large";
  const elder = isForCitizens ? atEach(large, leastLarge, "大字 ") : [];
  return { flaws: [...barriers, ...narrowAndWide, ...elder], words };
};
