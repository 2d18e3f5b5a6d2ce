"""In which languages a quote can be written: labels, texts and numbers of a paper all come from one of them."""

from frappe.translate import get_all_translations

from sales_opportunity.masters.adapters import Party, default_language

SOURCE = "en"
"""The language of the labels in the code."""

QUOTE = "Quote"
"""The context of those labels that mean something else elsewhere."""

LABELS = (
	"Quote {0}",
	"Our quote",
	"Valid Until",
	"Unit Price",
	"Net Total",
	"Total Amount",
	"This quote is valid until {0}.",
	"Dear Sir or Madam,",
)
"""Labels of the paper by which a language is known to be there."""


def quote_language(party: Party) -> str:
	"""Return the language of a new quote: the partner's if quotes can be written in it, else the site's default."""
	wanted = (party.language, default_language())
	return next((language for language in wanted if language and is_supported(language)), SOURCE)


def is_supported(language: str) -> bool:
	"""Return whether the paper has its labels in the language: from the app, or from Translations of the company."""
	if language.split("-")[0] == SOURCE:
		return True
	translations = get_all_translations(language)
	return all(f"{label}:{QUOTE}" in translations or label in translations for label in LABELS)
