"""The desk's bundles: what hooks name is built from sources that are there, and only a change of its app builds it anew."""

import importlib.util
import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from dev import assets
from dev.assets import SOURCES
from dev.bench import APP as NAME
from dev.bench import REPO, Bench

APP = REPO / NAME
PUBLIC = APP / "public"
BENCH = Path(os.environ.get("SALES_OPPORTUNITY_BENCH", REPO / ".bench"))
IMPORT = re.compile(r"""^(?:import|@import) "(\./[\w./]+)";$""", re.M)
REQUIRED = re.compile(rf"/assets/{NAME}/(js/[\w/]+\.js)")


def hooks():
	spec = importlib.util.spec_from_file_location("hooks_of_the_app", APP / "hooks.py")
	module = importlib.util.module_from_spec(spec)
	spec.loader.exec_module(module)
	return module


def included() -> list[str]:
	return [*hooks().app_include_js, *hooks().app_include_css]


def sources(bundle: str) -> list[Path]:
	"""Return the files of which a bundle is built."""
	return [path for path in PUBLIC.rglob(f"{bundle.rpartition('.')[0]}.*") if path.suffix in ending(bundle)]


def ending(bundle: str) -> tuple[str, ...]:
	return (".css", ".scss") if bundle.endswith(".css") else (".js",)


def imported(bundle: str) -> list[Path]:
	"""Return what a bundle imports, in its order."""
	(source,) = sources(bundle)
	default = ".css" if source.suffix == ".scss" else ""
	return [source.parent / f"{name}{default}" for name in IMPORT.findall(source.read_text())]


@pytest.mark.parametrize("bundle", included())
def test_hooks_include_bundles_only_which_browsers_ask_for_by_their_hash(bundle):
	assert re.fullmatch(rf"{NAME}(_\w+)?\.bundle\.(js|css)", bundle)
	assert len(sources(bundle)) == 1


@pytest.mark.parametrize("bundle", included())
def test_a_bundle_takes_each_of_its_files_once(bundle):
	files = imported(bundle)
	assert files and all(path.is_file() for path in files)
	assert not [path for path, count in Counter(files).items() if count > 1]


def test_what_is_in_a_bundle_is_loaded_in_no_other_way():
	forms = [*hooks().doctype_js.values(), *hooks().doctype_list_js.values()]
	others = {APP / name for names in forms for name in ([names] if isinstance(names, str) else names)}
	for script in APP.rglob("*.js"):
		others.update(PUBLIC / name for name in REQUIRED.findall(script.read_text()))
	assert others and not others & {path for bundle in included() for path in imported(bundle)}


def test_all_styles_of_the_whole_desk_are_in_its_bundle():
	assert set(imported(f"{NAME}.bundle.css")) == set((PUBLIC / "css").glob("*.css"))


def test_a_change_of_the_app_leaves_the_frameworks_bundles_as_they_are(tmp_path, monkeypatch):
	public = tmp_path / NAME / "public"
	public.mkdir(parents=True)
	monkeypatch.setattr(assets, "REPO", tmp_path)
	before = assets.steps(Bench(), "the framework")
	(public / "till.js").write_text("")
	after = assets.steps(Bench(), "the framework")
	assert [step.title for step, other in zip(before, after, strict=True) if step.key != other.key] == [
		"desk assets of the app"
	]


class Desk:
	"""A bench of two apps in a folder, of which one has a script and a style of its own."""

	def __init__(self, root: Path, modules: Path):
		self.root = root
		self.modules = modules
		self.assets = root / "sites" / "assets"
		self.public = root / "apps" / "shop" / "shop" / "public"
		for folder in (self.assets, self.public / "js", self.public / "css"):
			folder.mkdir(parents=True)
		(root / "sites" / "apps.txt").write_text("frappe\nshop\n")
		self.write("js/shop.bundle.js", 'import "./till.js";\n')
		self.write("js/till.js", 'window.till = "closed";\n')
		self.write("css/shop.bundle.scss", '@import "./till";\n')
		self.write("css/till.css", ".till { color: red; }\n")
		(self.assets / "assets.json").write_text(
			'{"desk.bundle.js": "/assets/frappe/dist/js/desk.bundle.A1.js"}'
		)

	def write(self, name: str, text: str) -> None:
		(self.public / name).write_text(text)

	def build(self) -> dict[str, str]:
		"""Bundle the app and return which file each bundle has become."""
		command = ["node", SOURCES / "build.mjs", self.root, self.modules, "shop"]
		done = subprocess.run(command, capture_output=True, text=True)
		assert done.returncode == 0, done.stderr
		return self.map()

	def map(self) -> dict[str, str]:
		return json.loads((self.assets / "assets.json").read_text())

	def text(self, bundle: str) -> str:
		return (self.root / "sites" / self.map()[bundle].lstrip("/")).read_text()


@pytest.fixture
def desk(tmp_path):
	modules = BENCH / "desk" / "node_modules"
	if not modules.exists():
		pytest.skip("There is no bundler yet: make test sets it up.")
	return Desk(tmp_path, modules)


def test_a_changed_script_has_another_address_and_what_is_unchanged_the_same(desk):
	first = desk.build()
	desk.write("js/till.js", 'window.till = "open";\n')
	second = desk.build()
	assert second["shop.bundle.js"] != first["shop.bundle.js"]
	assert second["shop.bundle.css"] == first["shop.bundle.css"]
	assert '"open"' in desk.text("shop.bundle.js") and "red" in desk.text("shop.bundle.css")
	assert desk.build() == second


def test_bundles_of_other_apps_are_left_alone_and_removed_ones_forgotten(desk):
	of_frappe = desk.map()
	assert desk.build().keys() == {"desk.bundle.js", "shop.bundle.js", "shop.bundle.css"}
	(desk.public / "css" / "shop.bundle.scss").unlink()
	assert desk.build().keys() == {"desk.bundle.js", "shop.bundle.js"}
	assert desk.map().items() >= of_frappe.items()
	assert not list((desk.assets / "shop" / "dist").rglob("*.css"))


def test_scripts_that_pages_ask_for_by_name_lie_beside_the_bundles(desk):
	desk.build()
	assert (desk.assets / "shop" / "js" / "till.js").read_text() == 'window.till = "closed";\n'


def test_a_script_that_cannot_be_read_stops_the_build(desk):
	desk.write("js/till.js", "window.till = ;\n")
	with pytest.raises(AssertionError, match=r"till\.js"):
		desk.build()
