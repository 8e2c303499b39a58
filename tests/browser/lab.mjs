// Runs every cell of a notebook in JupyterLab, prints what came of it as JSON, and takes a picture in each theme.
//
//     node lab.mjs BROWSER ADDRESS NOTEBOOK PICTURES
import { chromium } from "playwright-core";

const [executablePath, address, notebook, pictures] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
  page.setDefaultTimeout(300_000);
  const foreign = [], own = new URL(address).origin;
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(own)) foreign.push(new URL(request.url()).host);
  });
  const lab = new URL(address);
  lab.pathname += `lab/workspaces/w${Date.now()}/tree/${notebook}`;
  await page.goto(lab.href);
  await page.waitForFunction(() => window.jupyterapp?.shell.currentWidget?.content?.widgets);
  const found = await page.evaluate(async () => {
    const app = window.jupyterapp, panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await app.commands.execute("application:toggle-left-area").catch(() => {});
    await app.commands.execute("notebook:run-all-cells");
    const cells = panel.content.model.toJSON().cells.filter((cell) => cell.cell_type === "code");
    const errors = cells.flatMap((cell) => cell.outputs).filter((output) => output.output_type === "error");
    return {
      cells: cells.length,
      run: cells.filter((cell) => cell.execution_count).length,
      errors: errors.map((error) => `${error.ename}: ${error.evalue}`),
      streams: cells.flatMap((cell) => cell.outputs).filter((output) => output.output_type === "stream").length,
    };
  });
  // Notices of JupyterLab itself are no part of the notebook.
  await page.addStyleTag({ content: ".Toastify { display: none }" });
  const height = () => page.evaluate(() => {
    const cells = window.jupyterapp.shell.currentWidget.content.widgets;
    return cells.reduce((sum, cell) => sum + cell.node.getBoundingClientRect().height + 12, 300);
  });
  for (const [name, theme] of [["light", "JupyterLab Light"], ["dark", "JupyterLab Dark"]]) {
    await page.evaluate((theme) => window.jupyterapp.commands.execute("apputils:change-theme", { theme }), theme);
    // A notebook draws only what can be seen, so the window becomes as high as the notebook.
    for (let round = 0; round < 3; round++) {
      await page.setViewportSize({ width: 1500, height: Math.min(15_000, Math.ceil(await height())) });
      await page.waitForTimeout(1500);
    }
    // The last cell was run last, so the notebook was left at its end.
    await page.evaluate(() => {
      const content = window.jupyterapp.shell.currentWidget.content;
      content.activeCellIndex = 0;
      for (const node of content.node.querySelectorAll("*")) if (node.scrollTop) node.scrollTop = 0;
      content.node.scrollTop = 0;
    });
    await page.waitForTimeout(1000);
    await page.screenshot({ path: `${pictures}-${name}.png` });
  }
  found.tables = await page.locator("table.tools[data-ready]").count();
  found.figures = await page.locator(".js-plotly-plot").count();
  found.foreign = [...new Set(foreign)];
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
}
