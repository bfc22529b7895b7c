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
await Promise.all([
  styles(new URL("tongban.css", OUT)),
  sprite(new URL("icons.svg", OUT)),
  licences(new URL("licences.txt", OUT)),
  build({
    entryPoints: ["citizen", "staff", "charts"].map((name) => `scripts/${name}.ts`),
    absWorkingDir: import.meta.dirname,
    outdir: fileURLToPath(OUT),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  }),
]);
await hashed(APP, OUT);
for (const name of ["tongban.css", "icons.svg", "citizen.js", "staff.js", "charts.js"]) {
  console.log(`${name.padEnd(12)} ${((await stat(new URL(name, OUT))).size / 1024).toFixed(0)} kB`);
}
