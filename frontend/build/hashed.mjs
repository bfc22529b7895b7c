// What a page loads, once more under a name that holds its content's hash and may be kept for ever,
// with a gzip and a brotli copy where that saves bytes. manifest.json tells the server the names.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { parse } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export async function hashed(app, out) {
  const made = (await readdir(out)).sort().map((name) => [`ui/dist/${name}`, new URL(name, out)]);
  const drawn = (await readdir(app, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => [`ui/${name}`, new URL(name, app)]);
  const names = {};
  for (const [plain, file] of [...drawn, ...made]) {
    const content = await readFile(file);
    const digest = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const { name, ext } = parse(plain);
    const kept = `${name}.${digest}${ext}`;
    names[plain] = `ui/dist/${kept}`;
    await write(new URL(kept, out), content);
  }
  await writeFile(new URL("manifest.json", out), `${JSON.stringify(names, null, 1)}\n`);
}

async function write(file, content) {
  await writeFile(file, content);
  const copies = { gz: gzipSync(content, { level: 9 }), br: brotliCompressSync(content) };
  for (const [ending, packed] of Object.entries(copies)) {
    if (packed.length < content.length) await writeFile(new URL(`${file}.${ending}`), packed);
  }
}
