"""In which languages a quote can be written: labels, texts and numbers of a paper all come from one of them."""

from pathlib import Path

import frappe

from sales_opportunity.masters import Party, default_language

SOURCE = "en"
"""The language of the labels in the code."""


def quote_language(party: Party) -> str:
	"""Return the language of a new quote: the partner's if quotes can be written in it, else the site's default."""
	wanted = (party.language, default_language())
	return next((language for language in wanted if language and is_offered(language)), SOURCE)


def is_offered(language: str) -> bool:
	"""Return whether the app has labels in the language ("de-AT": in German), or the company texts of its own."""
	return bool({language, language.split("-")[0]} & (labelled_languages() | languages_with_texts()))


def labelled_languages() -> set[str]:
	"""Return the languages of the app's own labels."""
	translations = Path(frappe.get_app_path("sales_opportunity", "translations"))
	return {SOURCE, *(path.stem for path in translations.glob("*.csv"))}


def languages_with_texts() -> set[str]:
	"""Return the languages in which the company has written texts for quotes."""
	texts = {"enabled": 1, "text_type": ("!=", "Email")}
	return set(frappe.get_all("Quote Text", texts, pluck="language", distinct=True))
