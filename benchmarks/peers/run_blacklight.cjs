// Runs blacklight-collector on one site: node run_blacklight.cjs FOLDER URL PAGES BROWSER OUT (FOLDER holds node_modules).
const { createRequire } = require("node:module");
const [, , folder, url, pages, browser, out] = process.argv;
const { collect } = createRequire(`${folder}/`)("@themarkup/blacklight-collector");
collect(url, { outDir: out, numPages: Number(pages), puppeteerExecutablePath: browser, saveScreenshots: false, headless: true }).then(
  (found) => process.exit(found.status === "success" ? 0 : 1),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
