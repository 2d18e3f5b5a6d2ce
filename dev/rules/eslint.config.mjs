// What eslint looks for in the desk's scripts, in the customer's page and in the tools of the local Frappe.

import { createRequire } from "node:module";
import path from "node:path";

const load = createRequire(path.join(process.env.LINT_MODULES, "rules.js"));
const globals = load("globals");
const js = load("@eslint/js");

const readonly = (names) => Object.fromEntries(names.map((name) => [name, "readonly"]));

const FRAPPE = readonly([
	"$",
	"Sortable",
	"__",
	"cint",
	"comment_when",
	"flt",
	"format_currency",
	"format_number",
	"frappe",
	"get_currency_symbol",
	"get_number_format",
	"get_number_format_info",
	"is_null",
	"locals",
	"moment",
	"open_url_post",
	"sales_opportunity",
	"strip_html",
]);

export default [
	js.configs.recommended,
	{
		linterOptions: { reportUnusedDisableDirectives: "error" },
		rules: {
			eqeqeq: "error",
			"no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
			"no-var": "error",
			"prefer-const": "error",
			"no-eval": "error",
			"no-implied-eval": "error",
			"no-new-func": "error",
			"no-shadow": "error",
			"no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
			"no-throw-literal": "error",
			"array-callback-return": "error",
			"no-restricted-globals": ["error", { name: "cur_frm", message: "Take the form that you are given." }],
		},
	},
	{
		// The framework runs form and list scripts as bodies of functions: what they declare is not global.
		files: ["sales_opportunity/**/*.js"],
		languageOptions: { sourceType: "commonjs", globals: { ...globals.browser, ...FRAPPE } },
		rules: { "no-console": "error" },
	},
	{
		files: ["sales_opportunity/public/js/*.bundle.js"],
		languageOptions: { sourceType: "module" },
	},
	{
		// Runs in the browser of the tests, before the desk's own scripts.
		files: ["tests/browser/*.js"],
		languageOptions: { sourceType: "script", globals: globals.browser },
	},
	{
		files: ["dev/**/*.mjs"],
		languageOptions: { sourceType: "module", globals: globals.node },
	},
];
