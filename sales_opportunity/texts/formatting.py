"""Numbers and dates as the reader of a document expects them, by language. Free of the framework."""

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from sales_opportunity.pricing.money import Number, round_money, to_decimal

INTERNATIONAL_ENGLISH = "en_GB"


def locale_of(language: str) -> Locale:
	"""Return the locale of a language code such as "de", "de-AT" or "pt_BR".

	Plain "en" is international English, and so is a language that has no locale, such as one a site made up.
	"""
	code = language.replace("-", "_")
	if code == "en":
		return Locale.parse(INTERNATIONAL_ENGLISH)
	try:
		return Locale.parse(code)
	except (UnknownLocaleError, ValueError):
		return Locale.parse(INTERNATIONAL_ENGLISH)


def format_money(amount: Number, currency: str, language: str) -> str:
	"""Return an amount with the symbol of its currency: 1.234,56 € in German, €1,234.56 in English."""
	rounded = round_money(to_decimal(amount), get_currency_precision(currency))
	return format_currency(rounded, currency, locale=locale_of(language))


def format_price(amount: Number, currency: str, language: str) -> str:
	"""Return an amount as `format_money` does, but with all decimals that it has: 0,0345 € for a screw."""
	return format_currency(
		to_decimal(amount).normalize(), currency, locale=locale_of(language), decimal_quantization=False
	)


def format_date(value: date | datetime | str, language: str) -> str:
	"""Return a date: 15.03.2026 in German, 15 Mar 2026 in English. Text must be in ISO format."""
	value = date.fromisoformat(value[:10]) if isinstance(value, str) else value
	return babel_date(value, format="medium", locale=locale_of(language))


def format_number(value: Number, language: str) -> str:
	"""Return a number with up to nine decimals and none that are not needed: 2,5 in German, 2.5 in English."""
	return format_decimal(to_decimal(value), format="#,##0.#########", locale=locale_of(language))


def format_percent(value: Number, language: str) -> str:
	"""Return a percentage given in % with a space that does not break: 19 %."""
	return f"{format_number(value, language)}\N{NO-BREAK SPACE}%"


def country_name(code: str, language: str) -> str | None:
	"""Return the name of a country (ISO code, either case) in a language: "at" is Österreich in German."""
	return locale_of(language).territories.get(code.upper())


def format_size(size: int, language: str) -> str:
	"""Return the size of a file, given in bytes: 340 KB, 1.2 MB, in German 1,2 MB."""
	if size < 1_000_000:
		return f"{format_number(max(1, round(size / 1000)), language)}\N{NO-BREAK SPACE}KB"
	return f"{format_number(round(size / 1_000_000, 1), language)}\N{NO-BREAK SPACE}MB"
