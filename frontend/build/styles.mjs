// The theme, after the part of Tabler that a template, Python of the web box, or a script can meet.
// Our own rules are never dropped: their classes are often put together from data.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";
import { sources } from "./sources.mjs";

const TABLER = new URL("../node_modules/@tabler/core/dist/css/tabler.css", import.meta.url);
// Layout utilities that authors may count on before the next build.
const UTILITIES =
  /^(d-(md-|lg-)?(none|flex|grid|block|inline-flex)|flex-(fill|wrap|column|nowrap)|gap-[0-4]|[mp][tbxyse]?-([0-4]|auto)|align-items-(start|center|end|baseline)|justify-content-(start|center|end|between)|w-(100|auto)|h-100|text-(end|center)|border-(top|bottom)|btn-group|table-sm|form-(check|select|control)(-\w+)?)$/;
const SET_BY_SCRIPT = ["aria-busy", "aria-current", "aria-disabled", "aria-pressed"];

export async function styles(target) {
  const theme = await bundled();
  const css = (await tabler(theme)) + theme;
  await writeFile(target, (await transform(css, { loader: "css", minify: true })).code);
}

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: ["styles/tongban.css"],
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    bundle: true,
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

async function tabler(theme) {
  const content = (await sources(["html", "py", "ts"])).map(({ path, text }) => ({
    extension: path.slice(path.lastIndexOf(".") + 1),
    raw: text,
  }));
  const [{ css }] = await new PurgeCSS().purge({
    content,
    css: [{ raw: await readFile(TABLER, "utf8") }],
    safelist: { standard: [UTILITIES], variables: theme.match(/--tblr-[a-z0-9-]+/g) },
    dynamicAttributes: ["data-bs-theme", ...SET_BY_SCRIPT],
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  return css;
}
