"""The demo: load the story, do the main job, say what came of it."""

import json
import shutil
from pathlib import Path

from dev.bench import Bench
from dev.site import ADMIN_PASSWORD


def load(bench: Bench, site: str) -> None:
	"""Load the demo data into the site; what is there already stays."""
	bench.frappe("--site", site, "execute", "sales_opportunity.demo.load.load", log=site)


def show(bench: Bench, site: str) -> None:
	"""Do the main job as a salesperson and print its figures, its PDF, and how to log in."""
	printed = bench.frappe("--site", site, "execute", "sales_opportunity.demo.main_job.run", log="demo")
	result = json.loads(printed.strip().splitlines()[-1])
	pdf = Path(result["pdf"])
	copy = bench.root / "demo" / pdf.name
	copy.parent.mkdir(exist_ok=True)
	shutil.copy(pdf, copy)
	print("\n" + "\n".join(result["lines"]))
	print(f"\nPDF      {copy}")
	print(f"\nDesk     {bench.url(site)}/app/sales-opportunities")
	print(f"Login    Administrator / {ADMIN_PASSWORD}")
	for user in result["users"]:
		print(f"         {user['email']} / {user['password']}  ({user['role']}, {user['language']})")
	print("Stop     make stop")
