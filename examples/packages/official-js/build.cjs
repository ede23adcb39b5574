// Makes src/main.js and the libraries one file: a host installs no dependencies.

const { build } = require("esbuild");

void build({
  entryPoints: ["src/main.js"],
  outfile: "dist/main.js",
  bundle: true,
  platform: "node",
  target: "node18",
  logLevel: "warning",
});
