// node javascript.mjs NODE_MODULES [--fix] FILE...: prettier's format and eslint's findings; mended with --fix.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, ...others] = process.argv.slice(2);
const fix = others[0] === "--fix";
const files = fix ? others.slice(1) : others;
process.env.LINT_MODULES = path.resolve(modules);
const load = createRequire(path.join(process.env.LINT_MODULES, "rules.js"));
const prettier = load("prettier");
const { ESLint } = load("eslint");

// The framework replaces these lines by the file that they name; for the tools they are comments of one line.
const hideIncludes = (text) => text.replace(/^\{% include (.*) %\}$/gm, "//% include $1 %");
const showIncludes = (text) => text.replace(/^\/\/% include (.*) %$/gm, "{% include $1 %}");

let faults = 0;
for (const file of files) {
	const before = fs.readFileSync(file, "utf8");
	const options = { ...(await prettier.resolveConfig(file)), filepath: file };
	const after = showIncludes(await prettier.format(hideIncludes(before), options));
	if (after === before) continue;
	if (fix) fs.writeFileSync(file, after);
	else console.error(`${file}: not formatted; make format does it`);
	faults += !fix;
}

const eslint = new ESLint({ overrideConfigFile: path.join(import.meta.dirname, "eslint.config.mjs"), fix });
const results = [];
for (const file of files) {
	const [result] = await eslint.lintText(hideIncludes(fs.readFileSync(file, "utf8")), { filePath: file });
	if (result.output) fs.writeFileSync(file, showIncludes(result.output));
	results.push(result);
	faults += result.errorCount + result.warningCount;
}
process.stderr.write(await (await eslint.loadFormatter("stylish")).format(results));
process.exit(faults ? 1 : 0);
