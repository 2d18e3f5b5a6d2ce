// node build.mjs BENCH NODE_MODULES APP: bundle every public/**/*.bundle.* of one of the bench's apps into sites/assets.

import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [bench, modules] = process.argv.slice(2, 4).map((argument) => path.resolve(argument));
const app = process.argv[4];
const load = createRequire(path.join(modules, "desk.js"));
const esbuild = load("esbuild");
const sass = load("sass");
const sfc = load("@vue/compiler-sfc");

const assets = path.join(bench, "sites", "assets");
const apps = fs
	.readFileSync(path.join(bench, "sites", "apps.txt"), "utf8")
	.split("\n")
	.filter(Boolean);
const publicFolder = path.join(bench, "apps", app, app, "public");
const roots = [modules, ...apps.map((name) => path.join(bench, "apps", name))];

const isFile = (file) => fs.existsSync(file) && fs.statSync(file).isFile();
const firstFile = (files) => files.find(isFile);

function filesBelow(folder) {
	if (!fs.existsSync(folder)) return [];
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		if (["node_modules", "dist"].includes(entry.name)) return [];
		const full = path.join(folder, entry.name);
		return entry.isDirectory() ? filesBelow(full) : [full];
	});
}

// Sass: "~package/file" and "app/public/file" are looked up in the packages and the apps.
function sassCandidates(target) {
	const { dir, base } = path.parse(target);
	const names = [base, `_${base}`].flatMap((name) =>
		["", ".scss", ".css"].map((end) => path.join(dir, name + end)),
	);
	return [...names, path.join(target, "_index.scss"), path.join(target, "index.scss")];
}

const sassImporter = {
	canonicalize(url) {
		const targets = url.startsWith("file:")
			? [new URL(url).pathname]
			: roots.map((root) => path.join(root, url.replace(/^~/, "")));
		const variants = targets.flatMap((target) => [target.replace(/\.css$/, ""), target]);
		const found = firstFile(variants.flatMap(sassCandidates));
		return found ? new URL(`file://${found}`) : null;
	},
	load(url) {
		const syntax = url.pathname.endsWith(".css") ? "css" : "scss";
		return { contents: fs.readFileSync(url.pathname, "utf8"), syntax };
	},
};

function compileSass(source, file) {
	return sass.compileString(source, {
		url: new URL(`file://${file}`),
		loadPaths: [path.dirname(file)],
		importers: [sassImporter],
		quietDeps: true,
		logger: sass.Logger.silent,
		style: "compressed",
	}).css;
}

const sassPlugin = {
	name: "sass",
	setup(build) {
		build.onResolve({ filter: /^\/assets\// }, ({ path: url }) => ({ path: url, external: true }));
		build.onLoad({ filter: /\.s[ac]ss$/ }, ({ path: file }) => ({
			contents: compileSass(fs.readFileSync(file, "utf8"), file),
			loader: "css",
			resolveDir: path.dirname(file),
		}));
	},
};

// An .html file becomes a template of the desk, called after the file. As in the framework's own build it is a
// template literal, in which the escapes that some files contain take effect.
const templatePlugin = {
	name: "template",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path: file }) => {
			const name = JSON.stringify(path.basename(file).split(".")[0]);
			const text = fs.readFileSync(file, "utf8").replaceAll("`", "\\`");
			return { contents: `frappe.templates[${name}] = \`${text}\`;`, loader: "js" };
		});
	},
};

// A .vue file becomes a component; its styles are added to the page when it is loaded.
const vuePlugin = {
	name: "vue",
	setup(build) {
		build.onLoad({ filter: /\.vue$/ }, ({ path: file }) => {
			const { descriptor, errors } = sfc.parse(fs.readFileSync(file, "utf8"), { filename: file });
			if (errors.length) return { errors: errors.map((error) => ({ text: String(error) })) };
			const contents = [
				vueScript(descriptor, file),
				vueStyles(descriptor, file),
				"export default component;",
			];
			return { contents: contents.join("\n"), loader: "ts", resolveDir: path.dirname(file) };
		});
	},
};

const vueId = (file) => crypto.createHash("md5").update(file).digest("hex").slice(0, 8);
const isScoped = (descriptor) => descriptor.styles.some((style) => style.scoped);

function vueScript(descriptor, file) {
	const id = vueId(file);
	const scopeId = isScoped(descriptor) ? `data-v-${id}` : undefined;
	const template = {
		id,
		filename: file,
		source: descriptor.template?.content,
		scoped: isScoped(descriptor),
		compilerOptions: { scopeId },
	};
	const inline = Boolean(descriptor.scriptSetup);
	let code = "const component = {};";
	let bindings;
	if (descriptor.script || descriptor.scriptSetup) {
		const script = sfc.compileScript(descriptor, {
			id,
			isProd: true,
			inlineTemplate: inline,
			genDefaultAs: "component",
			templateOptions: template,
		});
		code = script.content;
		bindings = script.bindings;
	}
	if (!inline && descriptor.template) {
		template.compilerOptions.bindingMetadata = bindings;
		const rendered = sfc
			.compileTemplate(template)
			.code.replace(/export (function|const) render/, "$1 renderIt");
		code += `\n${rendered}\ncomponent.render = renderIt;`;
	}
	return scopeId ? `${code}\ncomponent.__scopeId = "${scopeId}";` : code;
}

function vueStyles(descriptor, file) {
	const css = descriptor.styles.map((style) => {
		const source = style.lang === "scss" ? compileSass(style.content, file) : style.content;
		const id = `data-v-${vueId(file)}`;
		return sfc.compileStyle({ source, filename: file, id, scoped: style.scoped }).code;
	});
	return css.length ? `frappe.dom.set_style(${JSON.stringify(css.join("\n"))});` : "";
}

// The published air-datepicker has no seconds slider, which the framework's own variant has.
const datepickerPlugin = {
	name: "datepicker",
	setup(build) {
		build.onLoad({ filter: /controls\/(datetime|time)\.js$/ }, ({ path: file }) => ({
			contents: fs.readFileSync(file, "utf8").replace(/\.(\$seconds(?:Text)?)\./g, ".$1?."),
			loader: "js",
		}));
	},
};

function bundles() {
	const found = { js: {}, css: {} };
	for (const file of filesBelow(publicFolder)) {
		const match = path.basename(file).match(/^(.+\.bundle)\.(?:(js|ts|jsx)|css|scss)$/);
		if (!match) continue;
		const kind = match[2] ? "js" : "css";
		found[kind][`${app}/dist/${kind}/${match[1]}`] = file;
	}
	return found;
}

function linkPublicFolder() {
	const link = path.join(assets, app);
	fs.rmSync(link, { recursive: true, force: true });
	fs.mkdirSync(link, { recursive: true });
	for (const entry of fs.readdirSync(publicFolder)) {
		if (entry !== "dist") fs.symlinkSync(path.join(publicFolder, entry), path.join(link, entry));
	}
	if (app === "frappe") fs.symlinkSync(modules, path.join(link, "node_modules"));
}

// The map of all apps: which file each bundle became.
function writeMap(results) {
	const file = path.join(assets, "assets.json");
	const others = Object.entries(JSON.parse(fs.readFileSync(file, "utf8"))).filter(
		([, output]) => !output.startsWith(`/assets/${app}/`),
	);
	const map = Object.fromEntries(others);
	for (const [output, { entryPoint }] of results.flatMap(({ metafile }) =>
		Object.entries(metafile.outputs),
	)) {
		if (!entryPoint || output.endsWith(".map")) continue;
		const name = path
			.basename(entryPoint)
			.replace(/\.scss$/, ".css")
			.replace(/\.(ts|jsx)$/, ".js");
		map[name] = `/${path.relative(path.join(bench, "sites"), path.resolve(output))}`;
	}
	fs.writeFileSync(`${file}.new`, JSON.stringify(map, null, 1));
	fs.renameSync(`${file}.new`, file);
}

const options = {
	outdir: assets,
	entryNames: "[dir]/[name].[hash]",
	assetNames: `${app}/dist/[name].[hash]`,
	publicPath: "/assets",
	bundle: true,
	metafile: true,
	minify: true,
	target: "es2017",
	nodePaths: roots,
	logLevel: "error",
	loader: Object.fromEntries(
		[".woff", ".woff2", ".ttf", ".otf", ".eot", ".svg", ".png"].map((end) => [end, "file"]),
	),
	define: {
		"process.env.NODE_ENV": '"production"',
		__VUE_OPTIONS_API__: "true",
		__VUE_PROD_DEVTOOLS__: "false",
	},
};

linkPublicFolder();
const { js, css } = bundles();
writeMap([
	await esbuild.build({
		...options,
		entryPoints: js,
		plugins: [datepickerPlugin, vuePlugin, templatePlugin],
	}),
	await esbuild.build({ ...options, entryPoints: css, plugins: [sassPlugin] }),
]);
