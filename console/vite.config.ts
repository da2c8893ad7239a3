import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Cloudscape's style sheet carries eight fonts as data: addresses, most of what a first visit would load. As files they
// come when a text needs them, which Japanese text never does, and the style sheet no longer holds up the first paint.
function fontsAsFiles(): Plugin {
  return {
    name: "fonts-as-files",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        file.source = file.source
          .toString()
          .replace(/url\("?data:font\/woff2;[^,]*base64,([A-Za-z0-9+/=]+)"?\)/g, (_match, base64: string) => {
            const source = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
            return `url(/${this.getFileName(this.emitFile({ type: "asset", name: "font.woff2", source }))})`;
          });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), fontsAsFiles()],
  // Cloudscape's modules import their style sheets, which Node alone does not read.
  test: { server: { deps: { inline: [/@cloudscape-design/] } } },
  build: { target: "es2022", chunkSizeWarningLimit: 700 },
});
