"""The board as a salesperson uses it: by mouse, by the keyboard alone, by touch, and on the phone."""

import secrets
from typing import NamedTuple

import pytest
from accessibility import faults
from clicks import counted
from days import site_date

pytestmark = pytest.mark.browser


class Pipeline(NamedTuple):
	"""A class of its own with three open stages, the second of which wants a date and the third an issued quote."""

	class_id: str
	first: str
	dated: str
	quoted: str


@pytest.fixture(scope="module")
def pipeline(api) -> Pipeline:
	key = secrets.token_hex(2).upper()
	stages = [f"Kontakt {key}", f"Angebot {key}", f"Vertrag {key}"]
	for place, (stage, probability, required) in enumerate(
		zip(
			stages,
			(10, 40, 80),
			({}, {"requires_expected_close_date": 1}, {"requires_issued_quote": 1}),
			strict=True,
		)
	):
		api(
			"Qualification Stage",
			stage_name=stage,
			stage_type="Open",
			position=11 + place,
			probability=probability,
			forecast_category="Pipeline",
			**required,
		)
	class_id = api(
		"Class ID",
		class_id=f"BOARD-{key}",
		title=f"Werkstatt {key}",
		stages=[{"stage": stage} for stage in (*stages, "Won", "Lost")],
	)
	yield Pipeline(class_id, *stages)
	for stage in stages:
		api.update("Qualification Stage", stage, enabled=0)
	api.update("Class ID", class_id, enabled=0)


@pytest.fixture
def deal(api, world, pipeline):
	"""Return a function that makes a deal of Anna's in the first stage and returns its name."""

	def make(title: str, amount: float, **values) -> str:
		return api(
			"Sales Opportunity",
			**{
				"title": title,
				"party": world["partner_id"],
				"class_id": pipeline.class_id,
				"stage": pipeline.first,
				"opportunity_owner": world["users"]["anna"],
				"amount": amount,
				**values,
			},
		)

	return make


class Board:
	"""The page as it is seen: columns, their figures, and in which of them a card lies."""

	def __init__(self, desk, pipeline: Pipeline, **filters):
		self.desk, self.page = desk, desk.page
		query = "&".join(
			f"{key}={value}" for key, value in {"class_id": pipeline.class_id, **filters}.items()
		)
		self.page.goto(f"{desk.url}/app/pipeline?{query}")
		self.wait()

	def wait(self) -> None:
		self.page.locator(".so-pipeline-column").first.wait_for()
		self.desk.settle()

	def column(self, key: str):
		return self.page.locator(f".so-pipeline-column[data-column='{key}']")

	def card(self, name: str):
		return self.page.locator(f".so-pipeline-columns .so-pipeline-card[data-name='{name}']")

	def place_of(self, name: str) -> str:
		"""Return the column in which the card lies."""
		return self.card(name).evaluate("card => card.parentElement.dataset.column")

	def figures(self, key: str) -> list[str]:
		"""Return sum, number and weighted sum of a column as a person reads them."""
		text = self.column(key).locator(".so-pipeline-figures").inner_text()
		return [part.strip() for line in text.split("\n") for part in line.split("·")]

	def drag(self, name: str, target) -> None:
		"""Drag a card with the mouse and drop it in the middle of what is there then."""
		self.card(name).locator(".so-pipeline-link").hover()
		self.page.mouse.down()
		box = self.card(name).bounding_box()
		self.page.mouse.move(box["x"] + 40, box["y"] + 60, steps=3)
		box = target.bounding_box()
		self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=12)
		self.page.mouse.up()
		self.desk.settle()

	def throw(self, name: str, over, target) -> None:
		"""Drag a card over something and drop it somewhere else, quicker than the board looks where it is."""
		self.card(name).locator(".so-pipeline-link").hover()
		self.page.mouse.down()
		box = over.bounding_box()
		self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=12)
		over.locator(f".so-pipeline-card[data-name='{name}']").wait_for()
		box = target.bounding_box()
		self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
		self.page.mouse.up()
		self.desk.settle()

	def said(self) -> str:
		return self.page.locator(".so-pipeline-live").inner_text()


def test_a_salesperson_moves_deals_by_mouse(desk, world, pipeline, deal):
	small = deal("Einweisung", 0, items=[{"item": world["service"], "quantity": 2}])
	large = deal("Flotte", 20000)
	anna = desk(world["users"]["anna"])
	board = Board(anna, pipeline)
	assert board.figures(pipeline.first) == ["€ 20.980", "2 Chancen", "€ 2.098 gewichtet"]

	board.drag(large, board.column(pipeline.dated).locator(".so-pipeline-cards"))
	dialog = anna.page.locator(".modal.show")
	assert "Voraussichtlicher Abschluss" in dialog.inner_text()
	assert board.figures(pipeline.dated) == ["€ 20.000", "1 Chance", "€ 8.000 gewichtet"]
	anna.shoot("board-1-what-the-stage-requires")
	anna.page.keyboard.press("Escape")
	dialog.wait_for(state="hidden")
	anna.settle()
	assert board.place_of(large) == pipeline.first
	assert board.figures(pipeline.dated) == ["€ 0", "0 Chancen", "€ 0 gewichtet"]

	board.drag(large, board.column(pipeline.dated).locator(".so-pipeline-cards"))
	anna.pick_date("expected_close_date", "31.12.2099")  # and Enter, which moves the deal
	dialog.wait_for(state="hidden")
	anna.settle()
	assert board.place_of(large) == pipeline.dated
	assert board.figures(pipeline.dated) == ["€ 20.000", "1 Chance", "€ 8.000 gewichtet"]

	board.drag(small, board.column(pipeline.quoted).locator(".so-pipeline-cards"))
	message = anna.page.locator(".modal.show .msgprint")
	message.wait_for()
	assert "ein ausgestelltes Angebot" in message.inner_text()
	anna.page.locator(".modal.show .btn-modal-close").click()
	message.wait_for(state="hidden")
	anna.settle()
	assert board.place_of(small) == pipeline.first

	board.drag(small, anna.page.locator(".so-pipeline-zone[data-outcome='Won']"))
	dialog.locator(".btn-primary").click()
	dialog.wait_for(state="hidden")
	anna.settle()
	assert board.card(small).count() == 0
	assert board.figures(pipeline.first) == ["€ 0", "0 Chancen", "€ 0 gewichtet"]
	assert (
		anna.page.evaluate(
			"name => frappe.db.get_value('Sales Opportunity', name, 'status').then((found) => found.message.status)",
			small,
		)
		== "Won"
	)
	anna.shoot("board-2-won")

	board.column(pipeline.dated).locator(".so-pipeline-add").click()
	anna.page.wait_for_function("() => cur_frm?.is_new()")
	assert (anna.value("stage"), anna.value("class_id")) == (pipeline.dated, pipeline.class_id)


def test_a_quick_hand_drops_a_card_where_it_lets_go(desk, world, pipeline, deal):
	name = deal("Wurf", 1000, expected_close_date=str(site_date()))
	anna = desk(world["users"]["anna"])
	board = Board(anna, pipeline)

	board.throw(name, board.column(pipeline.quoted), board.column(pipeline.dated))
	assert board.place_of(name) == pipeline.dated
	assert anna.page.locator(".modal.show").count() == 0

	board.throw(name, board.column(pipeline.quoted), board.column(pipeline.dated))
	assert board.place_of(name) == pipeline.dated
	assert anna.page.locator(".modal.show").count() == 0


def test_the_keyboard_alone_moves_a_deal_and_the_address_keeps_the_filters(desk, world, pipeline, deal):
	day = site_date(62)
	name = deal("Wartung", 500, expected_close_date=str(day))
	deal("Werkzeug", 700, opportunity_owner=world["users"]["katrin"])
	anna = desk(world["users"]["anna"])
	board = Board(anna, pipeline)
	assert board.card(name).count() == 1

	link = board.card(name).locator(".so-pipeline-link")
	anna.page.locator("body").press("Tab")
	anna.tab_to(lambda: link.evaluate("link => link === document.activeElement"))
	anna.page.keyboard.press("Space")
	assert "Escape" in board.said()
	anna.page.keyboard.press("ArrowRight")
	anna.shoot("board-3-held-by-the-keyboard")
	assert pipeline.dated in board.said()
	anna.page.keyboard.press("Escape")
	assert board.place_of(name) == pipeline.first
	for key in ("Space", "ArrowRight", "Space"):
		anna.page.keyboard.press(key)
	anna.settle()
	assert board.place_of(name) == pipeline.dated
	assert link.evaluate("link => link === document.activeElement")
	assert board.said() == f"Wartung liegt jetzt in {pipeline.dated}."

	anna.page.locator("[data-action='mine']").click()
	anna.settle()
	anna.page.locator("input[name='text']").fill("wart")
	anna.page.wait_for_function("() => location.search.includes('text=wart')")
	anna.settle()
	anna.page.locator("[data-view='months']").click()
	anna.settle()
	address = anna.page.url
	for part in ("view=months", "mine=1", f"class_id={pipeline.class_id}", "text=wart"):
		assert part in address
	anna.page.reload()
	board.wait()
	assert anna.page.url == address
	assert anna.page.locator(".so-pipeline-columns .so-pipeline-card").count() == 1
	assert board.place_of(name) == f"{day:%Y-%m}"

	month = anna.page.locator(".so-pipeline-column").nth(2).get_attribute("data-column")
	with counted(anna.context) as clicks:
		board.drag(name, board.column(month).locator(".so-pipeline-cards"))
		assert clicks() == 1
	assert board.place_of(name) == month
	anna.page.goto(f"{anna.url}/app/pipeline")
	board.wait()
	assert "text=wart" in anna.page.url, "what was looked at last is remembered"

	assert faults(anna.page, ".so-pipeline") == []


def test_the_phone_shows_one_column_and_on_the_tablet_a_finger_drags_and_scrolls_for_more(
	desk, world, pipeline, deal
):
	name = deal("Anhänger", 3000, expected_close_date="2099-12-31")
	anna = desk(world["users"]["anna"])
	anna.page.set_viewport_size({"width": 390, "height": 844})
	board = Board(anna, pipeline, text="anh")
	assert anna.page.locator(".so-pipeline-column:visible").count() == 1
	assert anna.page.evaluate("() => document.documentElement.scrollWidth") <= 390
	anna.shoot("board-4-phone")
	with counted(anna.context) as clicks:
		board.card(name).locator(".so-pipeline-menu-button").click()
		anna.shoot("board-5-phone-menu")
		anna.page.get_by_role("menuitem", name=pipeline.dated).click()
		anna.settle()
		assert clicks() == 2
	assert board.place_of(name) == pipeline.dated
	anna.page.locator(".so-pipeline-picker [data-step='1']").click()
	assert board.card(name).is_visible()
	assert anna.page.evaluate("() => document.documentElement.scrollWidth") <= 390
	assert faults(anna.page, ".so-pipeline") == []

	anna.page.set_viewport_size({"width": 1024, "height": 768})
	drag_by_touch(anna, board.card(name), board.column(pipeline.first).locator(".so-pipeline-cards"))
	assert board.place_of(name) == pipeline.first

	for place in range(27):
		deal(f"Reihe {place}", 100)
	board = Board(anna, pipeline, text="reihe")
	cards = board.column(pipeline.first).locator(".so-pipeline-card")
	assert (cards.count(), board.figures(pipeline.first)[1]) == (25, "27 Chancen")
	board.column(pipeline.first).locator(".so-pipeline-cards").hover(position={"x": 5, "y": 200})
	anna.page.mouse.wheel(0, 5000)
	anna.page.wait_for_function(
		"key => document.querySelectorAll(`[data-column='${key}'] .so-pipeline-card`).length === 27",
		arg=pipeline.first,
	)


def drag_by_touch(desk, card, target) -> None:
	"""Hold a card with a finger, drag it and let it go."""
	finger = desk.context.new_cdp_session(desk.page)
	finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
	start, end = card.bounding_box(), target.bounding_box()
	x, y = start["x"] + 40, start["y"] + 60
	touch(finger, "touchStart", x, y)
	desk.page.locator(".so-pipeline-chosen").wait_for()
	for step in range(1, 11):
		touch(finger, "touchMove", x + (end["x"] + 60 - x) * step / 10, y + (end["y"] + 60 - y) * step / 10)
	target.locator(".so-pipeline-gap").wait_for()
	touch(finger, "touchEnd")
	desk.settle()
	finger.send("Emulation.setTouchEmulationEnabled", {"enabled": False})


def touch(finger, kind: str, *point: float) -> None:
	points = [dict(zip("xy", point, strict=True))] if point else []
	finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
