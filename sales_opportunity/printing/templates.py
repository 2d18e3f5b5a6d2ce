"""Templates of papers, compiled once: the framework makes a new Jinja environment for every request, which knows none."""

from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
	from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
	"""What Jinja has made of the templates in files, for all environments of this process.

	Jinja asks for it by the file's name and a hash of its source: a changed file is compiled anew.
	"""

	def __init__(self) -> None:
		self.codes: dict[str, bytes] = {}

	def load_bytecode(self, bucket: "Bucket") -> None:
		"""Give the environment what another one has compiled."""
		if code := self.codes.get(bucket.key):
			bucket.bytecode_from_string(code)

	def dump_bytecode(self, bucket: "Bucket") -> None:
		"""Keep what an environment has compiled."""
		self.codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()
