"""python data_files.py FILE…: whether JSON, TOML and YAML files can be read, and say nothing twice."""

import json
import sys
from pathlib import Path

import tomllib
import yaml


class Loader(yaml.CSafeLoader):
	"""Reads YAML, and refuses a mapping that has a key twice."""

	def construct_mapping(self, node, deep=False):
		"""Return the mapping of a node. Raises as `refuse_twice` if a key stands in it twice."""
		keys = [self.construct_object(key, deep=deep) for key, _value in node.value]
		refuse_twice(keys)
		return super().construct_mapping(node, deep)


def refuse_twice(keys: list) -> None:
	"""Raise `ValueError` if a key stands twice: the reader would take the last one silently."""
	twice = {key for key in keys if keys.count(key) > 1}
	if twice:
		raise ValueError(f"twice: {', '.join(map(str, twice))}")


def _pairs(pairs: list[tuple]) -> dict:
	refuse_twice([key for key, _value in pairs])
	return dict(pairs)


READERS = {
	".json": lambda text: json.loads(text, object_pairs_hook=_pairs),
	".toml": tomllib.loads,
	".yaml": lambda text: yaml.load(text, Loader),
	".yml": lambda text: yaml.load(text, Loader),
}


def main(files: list[str]) -> int:
	"""Read the files, name those that are wrong, and return how many these are."""
	faults = 0
	for file in map(Path, files):
		try:
			READERS[file.suffix](file.read_text())
		except (ValueError, yaml.YAMLError) as error:
			print(f"{file}: {error}")
			faults += 1
	return faults


if __name__ == "__main__":
	sys.exit(min(main(sys.argv[1:]), 1))
