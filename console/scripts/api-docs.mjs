// Puts the two API readers beside the console, so that /api/docs and /api/redoc need no other host.
import { cpSync, mkdirSync } from "node:fs";

const target = new URL("../public/api-docs/", import.meta.url);
const modules = new URL("../node_modules/", import.meta.url);
mkdirSync(target, { recursive: true });
for (const file of [
  "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui-dist/swagger-ui.css",
  "redoc/bundles/redoc.standalone.js",
]) {
  cpSync(new URL(file, modules), new URL(file.split("/").pop(), target));
}
