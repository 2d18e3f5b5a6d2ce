"""Which of several standard texts a quote gets. Free of the framework."""


def best_text(texts: list[dict], class_id: str | None, language: str) -> dict | None:
	"""Return the text for this language, the class's own one before the one for all classes, or None.

	Each text has `class_id` (empty: all classes) and `language`; "de-AT" falls back on "de".
	"""
	for wanted in dict.fromkeys((language, language.split("-")[0])):
		for wanted_class in (class_id, None):
			for text in texts:
				if text["language"] == wanted and (text["class_id"] or None) == wanted_class:
					return text
	return None
