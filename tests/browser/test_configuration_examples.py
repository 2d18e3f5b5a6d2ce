"""The example of a Client Script in docs/configuration.md, entered as it stands there, does what it says."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture
def client_script(api, world):
	"""The documented script, as long as the scene lasts."""
	section = DOCS.read_text().split("### Client Script")[1].split("\n### ")[0]
	script = re.search(r"```javascript\n(.*?)```", section, re.S).group(1)
	name = api(
		"Client Script",
		__newname=f"Won by Phone {world['bike']}",
		dt="Sales Opportunity",
		view="Form",
		enabled=1,
		script=script,
	)
	yield
	api.delete("Client Script", name)


def test_one_button_instead_of_a_dialog(desk, world, api, client_script):
	opportunity = api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id="NEW",
		stage="Negotiation",
		opportunity_owner=world["users"]["anna"],
		items=[{"item": world["bike"], "quantity": 1}],
	)
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.button("Won by Phone").click()
	anna.page.wait_for_function("() => cur_frm.doc.status === 'Won'")
	anna.settle()
	assert anna.value("closing_notes") == "Ordered by phone"
	assert not anna.page.get_by_role("button", name="Won by Phone").count()
