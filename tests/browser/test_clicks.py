"""What counts as a click of a person in scenes."""

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

COVERED_FOR_A_MOMENT = """
<button onclick="this.textContent = 'Clicked'" style="position: fixed; inset: 0">Click</button>
<div id="cover" style="position: fixed; inset: 0" hidden></div>
<script>
	addEventListener("mousemove", () => { cover.hidden = false; }, { capture: true, once: true });
	addEventListener("pointerdown", () => setTimeout(() => { cover.hidden = true; }), true);
</script>"""


def test_an_attempt_that_meets_something_else_is_no_click(stranger):
	"""The browser's driver presses again where something came in between: a person presses once."""
	page = stranger.page
	page.set_content(COVERED_FOR_A_MOMENT)
	with counted(stranger.context) as clicks:
		page.get_by_role("button").click()
		assert page.get_by_role("button").inner_text() == "Clicked"
		assert clicks() == 1
