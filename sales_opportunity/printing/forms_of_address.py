"""What a contact's salutation says: how to address the person, and with which titles. Free of the framework."""

from dataclasses import dataclass

GENDERS = {
	"Female": {"ms", "mrs", "miss", "madam", "frau", "fr", "mme", "madame"},
	"Male": {"mr", "herr", "herrn", "hr", "monsieur", "sir"},
}
NEUTRAL = {"mx", "master", "none", "divers"}
SPOKEN = {"dr": "Dr.", "prof": "Prof.", "professor": "Prof."}
"""Titles by which people are called in a letter; others stand in the address only."""


@dataclass(frozen=True)
class FormOfAddress:
	"""Gender ("Female", "Male" or None), all titles, and those that a letter begins with."""

	gender: str | None
	title: str
	spoken_title: str


def form_of_address(salutation: str | None, gender: str | None) -> FormOfAddress:
	"""Return how to address a contact with this salutation, such as "Dr", "Ms", "Frau Prof. Dr." or "Dipl.-Ing.".

	The contact's own gender counts; if it says nothing of Ms or Mr, the salutation does.
	"""
	titles, spoken, told = [], [], None
	for word in (salutation or "").split():
		key = word.rstrip(".").casefold()
		of_gender = next((name for name, words in GENDERS.items() if key in words), None)
		told = told or of_gender
		if of_gender or key in NEUTRAL:
			continue
		titles.append(SPOKEN.get(key, word))
		if key in SPOKEN:
			spoken.append(SPOKEN[key])
	return FormOfAddress(gender if gender in GENDERS else told, " ".join(titles), " ".join(spoken))
