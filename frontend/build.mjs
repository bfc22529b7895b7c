// Writes every built asset to the Django app's static folder, under a plain name and a hashed one.
import { mkdir, rm, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { hashed } from "./build/hashed.mjs";
import { licences } from "./build/licences.mjs";
import { sprite } from "./build/sprite.mjs";
import { styles } from "./build/styles.mjs";

const APP = new URL("../tongban/web/ui/static/ui/", import.meta.url);
const OUT = new URL("dist/", APP);

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const names = ["citizen", "staff", "charts", "decision", "drafting", "process", "modelling"];
const bundled = async () => {
  const scripts = names.map((name) => `scripts/${name}.ts`);
  const { metafile } = await build({
    entryPoints: [...scripts, "styles/decision.css", "styles/process.css"],
    absWorkingDir: import.meta.dirname,
    entryNames: "[name]",
    assetNames: "[name]",
    outdir: fileURLToPath(OUT),
    alias: { domify: "./scripts/decision/markup.ts" },
    loader: { ".woff2": "file" },
    bundle: true,
    minify: true,
    metafile: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  });
  await licences(new URL("licences.txt", OUT), metafile);
};
await Promise.all([
  styles(new URL("tongban.css", OUT)),
  sprite(new URL("icons.svg", OUT)),
  bundled(),
]);
await hashed(APP, OUT);
const shown = ["tongban.css", "icons.svg", ...names.map((name) => `${name}.js`)];
for (const name of shown) {
  console.log(`${name.padEnd(12)} ${((await stat(new URL(name, OUT))).size / 1024).toFixed(0)} kB`);
}
