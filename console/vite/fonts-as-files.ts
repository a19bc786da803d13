/**
 * Takes fonts out of style sheets that carry them as data: URLs, into files: a browser then loads only the weights that
 * a page shows, and the Content-Security-Policy needs to allow no data: fonts.
 */
import type { Plugin } from "vite";

const FONT = /url\(["']?data:font\/woff2;(?:charset=utf-8;)?base64,([A-Za-z0-9+/=]+)["']?\)/g;

export function fontsAsFiles(): Plugin {
  return {
    name: "fonts-as-files",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (file.type !== "asset" || !fileName.endsWith(".css")) continue;
        file.source = Buffer.from(file.source)
          .toString()
          .replace(FONT, (_match, base64: string) => {
            const font = this.emitFile({ type: "asset", name: "font.woff2", source: Buffer.from(base64, "base64") });
            return `url(/${this.getFileName(font)})`;
          });
      }
    },
  };
}
