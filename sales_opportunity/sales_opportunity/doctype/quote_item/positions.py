"""Numbering of a quote's lines: headings 1, 2, …; the lines below a heading 1.1, 1.2, … Free of the framework."""

NUMBERED = frozenset({"Priced", "Optional", "Alternative"})


def number_positions(row_types: list[str]) -> list[str]:
	"""Return one position per row: "1" or "1.1" for headings and items, "" for texts and subtotals."""
	positions = []
	section = item = 0
	in_section = False
	for row_type in row_types:
		if row_type == "Heading":
			section, item, in_section = section + 1, 0, True
			positions.append(str(section))
		elif row_type in NUMBERED:
			if in_section:
				item += 1
				positions.append(f"{section}.{item}")
			else:
				section += 1
				positions.append(str(section))
		else:
			positions.append("")
	return positions
