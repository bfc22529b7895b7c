// The code editor within the toolkit brings rules of its own. As a <style> element our
// Content-Security-Policy would refuse them; as a constructed sheet they are part of this script.
import { StyleModule } from "style-mod";

const mounted = new Set<StyleModule>();

export function adoptStyles(): void {
  StyleModule.mount = (_root, modules) => {
    for (const module of [modules].flat()) {
      if (mounted.has(module)) continue;
      mounted.add(module);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(module.getRules());
      document.adoptedStyleSheets.push(sheet);
    }
  };
}
