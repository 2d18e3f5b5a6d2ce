"""Templates of people who are no programmers: bounded in what they reach, in work and in size. Free of the framework.

The work is counted and not timed, so that a template goes wrong for its author or for nobody: each turn of a loop, each
call and each value that is written has its price, by the length of what it handles.
"""

import re
from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from functools import lru_cache
from inspect import signature
from types import CodeType
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, TemplateRuntimeError, nodes, pass_context
from jinja2.filters import make_multi_attrgetter
from jinja2.runtime import LoopContext, Macro, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
	from jinja2.runtime import Context

MOST_WORK = 1_000_000
"""How many characters and entries a template may handle; some hundred pages of text."""

STEP = 20
"""What a turn of a loop or a call costs, whatever it handles: about as long as it takes to copy so many characters."""

LONGEST_RANGE = 1_000
MOST_CODE = 20_000
"""How many characters the placeholders of a template may have."""

MOST_COMPILED = 100
"""How many templates a process keeps as code: those of a class and language, used again and again."""

LARGEST_NUMBER = 10**18
LISTS = (list, tuple, dict, set, frozenset, range, KeysView, ValuesView, ItemsView)
DEEPEST = 20
"""How many lists may stand in each other."""

FILTERS = (
	"abs capitalize count d default dictsort e escape first float groupby int items join last length list lower map max "
	"min reject rejectattr replace reverse round safe select selectattr sort string striptags sum title trim truncate "
	"unique upper wordcount"
).split()
PASSING_FILTERS = frozenset(
	"count d default first items last length list map reject rejectattr reverse select selectattr sum".split()
)
PASSING_TESTS = frozenset(
	"boolean callable defined escaped false filter float integer iterable mapping none number sameas sequence string "
	"test true undefined".split()
)
"""Filters and tests that do not look into the entries of a list; all others pay for everything that is in it."""

REMAINDER_TESTS = frozenset("divisibleby even odd".split())
TEXT_METHODS = (
	"capitalize casefold count endswith find isalpha isdigit islower isnumeric isupper lower lstrip partition replace "
	"rpartition rstrip split splitlines startswith strip swapcase title upper"
).split()
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NUMBER = re.compile(r"\d+")

ERRORS = (
	TemplateError,
	ArithmeticError,
	AttributeError,
	LookupError,
	RecursionError,
	SyntaxError,
	TypeError,
	ValueError,
)
"""What a template can raise by what its author wrote."""


class TooMuchWorkError(TemplateRuntimeError):
	"""A template would go on for too long, or become too long."""


class BoundedEnvironment(ImmutableSandboxedEnvironment):
	"""The environment of one rendering: `work_left` is what it may still handle.

	Nothing is calculated while a template is compiled: its code is kept, and each rendering pays for its own work.
	"""

	intercepted_binops = frozenset(["*", "**", "+", "-", "%"])

	def __init__(self, **options: Any) -> None:
		super().__init__(undefined=StrictUndefined, finalize=self.written, optimized=False, **options)
		self.work_left = MOST_WORK
		self.filters = {
			name: self.priced(self.filters[name], name) for name in FILTERS if name in self.filters
		}
		self.tests = {name: self.priced_test(test, name) for name, test in self.tests.items()}
		self.globals = {"range": self.range, "dict": dict, "namespace": Namespace}

	def render(self, source: str, /, **values: Any) -> str:
		"""Return the template filled in. Raises `jinja2.TemplateError`, `TooMuchWorkError` among them."""
		if sum(map(len, CODE.findall(source))) > MOST_CODE:
			raise TooMuchWorkError("too many placeholders")
		code = compiled(source, bool(self.autoescape))
		text = self.template_class.from_code(self, code, self.make_globals(None)).render(**values)
		if len(text) > len(source) + MOST_WORK:
			raise TooMuchWorkError("too long")
		return text

	def spend(self, work: int) -> str:
		"""Take from the work that is left. Raises `TooMuchWorkError` if that is too little."""
		self.work_left -= work
		if self.work_left < 0:
			raise TooMuchWorkError("too much work")
		return ""

	def range(self, *bounds: int) -> range:
		"""Return a range with at most `LONGEST_RANGE` numbers."""
		numbers = range(*bounds)
		if numbers and abs(numbers[-1] - numbers[0]) // abs(numbers.step) >= LONGEST_RANGE:
			raise TooMuchWorkError(f"range of more than {LONGEST_RANGE} numbers")
		return numbers

	def size_within(self, *values: Any) -> int:
		"""Return the size of values with all that is in them. Raises `TooMuchWorkError` as soon as it is too much."""
		return deep_size(values, self.work_left)

	@pass_context
	def written(self, context: "Context", value: Any) -> Any:
		"""Return what is written for a value: nothing for None. Raises `TooMuchWorkError` for lists and the like.

		It asks for the context since Jinja would otherwise write constants while it compiles.
		"""
		if value is None:
			return ""
		if isinstance(value, (*LISTS, Namespace)):
			raise TooMuchWorkError("a list can not be written; write its entries")
		self.spend(size_of(value))
		return value

	def priced(self, function: Callable, name: str) -> Callable:
		"""Return a filter that has its price."""

		def filtered(*args: Any, **options: Any) -> Any:
			values: list[Any] = [list(value) if isinstance(value, Iterator) else value for value in args]
			self.spend(STEP + sum(map(size_of, (*values, *options.values()))))
			if name not in PASSING_FILTERS:
				self.spend(self.size_within(*self.looked_at(function, values, options)))
			if name == "sum" and ("start" in options or values[3:]):
				raise TooMuchWorkError("sum with a start")
			if name == "round" and any(
				isinstance(value, int) and abs(value) > 100 for value in (*values[1:], *options.values())
			):
				raise TooMuchWorkError("too many decimals")
			if name == "replace":
				self.spend(size_after_replacing(*values[1:], **options))
			result = function(*values, **options)
			self.spend(size_of(result))
			return result

		return with_marks(filtered, function)

	def looked_at(self, function: Callable, args: list, options: dict) -> list:
		"""Return what a filter looks at: its arguments, or one attribute of the entries if it names one."""
		if "attribute" not in signature(function).parameters:
			return [*args, *options.values()]
		given = signature(function).bind(*args, **options).arguments
		if given.get("attribute") is None or isinstance(given["value"], str):
			return [*args, *options.values()]
		return list(map(make_multi_attrgetter(self, given["attribute"]), given["value"]))

	def priced_test(self, function: Callable, name: str) -> Callable:
		"""Return a test (`is …`) that has its price."""

		def tested(*args: Any, **options: Any) -> Any:
			values = [*args, *options.values()]
			if name in REMAINDER_TESTS and any(isinstance(value, str) for value in values):
				raise TooMuchWorkError("remainder of a text")
			self.spend(STEP + (0 if name in PASSING_TESTS else self.size_within(*values)))
			return function(*args, **options)

		return with_marks(tested, function)

	def call(self, context: "Context", function: Callable, *args: Any, **options: Any) -> Any:
		"""Call a function or method for its price: that of what goes in and what comes out."""
		values = [*args, *options.values()]
		owner = getattr(function, "__self__", None)
		passes = isinstance(function, Macro | LoopContext) or function in (Namespace, self.sliced)
		self.spend(STEP + (sum(map(size_of, values)) if passes else self.size_within(*values)))
		if isinstance(owner, str):
			self.spend(len(owner))
			if getattr(function, "__name__", "") == "replace":
				self.spend(size_after_replacing(owner, *args, **options))
		elif isinstance(owner, list | tuple | dict):
			self.spend(self.size_within(owner) if values else size_of(owner))
		result = super().call(context, function, *args, **options)
		self.spend(size_of(result) if isinstance(result, str | list | tuple) else 0)
		return result

	def call_binop(self, context: "Context", operator: str, left: Any, right: Any) -> Any:
		"""Calculate, as far as the result is of a size that a text can use."""
		numbers = [value for value in (left, right) if not isinstance(value, (str, *LISTS))]
		if operator == "**" and max(map(abs, numbers)) > 100:
			raise TooMuchWorkError("power of a large number")
		if operator == "*" and len(numbers) == 1:
			self.spend(max(size_of(left), size_of(right)) * max(int(numbers[0]), 0))
		elif operator in ("*", "+") and numbers and max(map(abs, numbers)) > LARGEST_NUMBER:
			raise TooMuchWorkError("large number")
		elif operator == "%" and isinstance(left, str):
			self.spend(MOST_WORK if "*" in left else sum(map(int, NUMBER.findall(left))))
			self.spend(self.size_within(right) * left.count("%"))
		elif operator == "-":
			self.spend(self.size_within(left, right))
		self.spend(STEP + size_of(left) + size_of(right))
		return super().call_binop(context, operator, left, right)

	def getitem(self, obj: Any, argument: Any) -> Any:
		"""Return an entry; its key is a text or a number."""
		self.spend(self.size_within(argument))
		return super().getitem(obj, argument)

	def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
		"""Return whether a template may use an attribute; of texts and numbers only a few methods."""
		if isinstance(obj, str):
			return attr in TEXT_METHODS
		if isinstance(obj, int | bytes):
			return False
		return super().is_safe_attribute(obj, attr, value)

	def wrap_str_format(self, value: Any) -> None:
		"""Return None: `format` is no method that a template may use."""
		return None

	def handled(self, value: Any) -> Any:
		"""Return a value that is compared; the call has its price."""
		return value

	def sliced(self, value: Any) -> Any:
		"""Return a value of which a part is taken; the call has its price."""
		return value

	def joined(self, parts: list) -> str:
		"""Return what `~` makes of its operands; the call has its price."""
		return (markup_join if self.autoescape else str_join)(parts)

	def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
		return Pricing().visit(super()._parse(source, name, filename))


class Pricing(NodeTransformer):
	"""Puts a price into each loop, macro and block, and on joining texts."""

	def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
		"""Let the environment join."""
		self.generic_visit(node)
		return call("joined", nodes.List(node.nodes), node)

	def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
		"""Let each comparison pay for what it looks through."""
		self.generic_visit(node)
		node.expr = call("handled", node.expr, node)
		for operand in node.ops:
			operand.expr = call("handled", operand.expr, node)
		return node

	def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
		"""Let the keys pay for being looked up."""
		self.generic_visit(node)
		for pair in node.items:
			if not isinstance(pair.key, nodes.Const):
				pair.key = call("handled", pair.key, node)
		return node

	def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
		"""Let taking a part of a text or list pay for the whole."""
		self.generic_visit(node)
		if isinstance(node.arg, nodes.Slice):
			node.node = call("sliced", node.node, node)
		return node

	def with_price(self, node: Any) -> nodes.Node:
		"""Let each turn pay for what stands in it."""
		length = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
		length += sum(
			len(const.value) for const in node.find_all(nodes.Const) if isinstance(const.value, str)
		)
		self.generic_visit(node)
		node.body.insert(0, nodes.ExprStmt(call("spend", nodes.Const(length), node), lineno=node.lineno))
		return node

	visit_For = visit_Macro = visit_CallBlock = visit_FilterBlock = with_price


@lru_cache(maxsize=MOST_COMPILED)
def compiled(source: str, autoescape: bool) -> CodeType:
	"""Return the code of a template, which is the same in each environment with these options."""
	return BoundedEnvironment(autoescape=autoescape).compile(source)


def with_marks(priced: Callable, function: Callable) -> Callable:
	"""Return what stands for a filter or test with its marks: whether it wants the environment or the context, too."""
	priced.__dict__.update(getattr(function, "__dict__", {}))
	return priced


def call(name: str, argument: Any, node: nodes.Node) -> Any:
	"""Return the node that calls a method of the environment with one argument."""
	return nodes.Call(nodes.EnvironmentAttribute(name), [argument], [], None, None).set_lineno(
		node.lineno, True
	)


def size_of(value: Any) -> int:
	"""Return the length of a text, or of the texts and entries of a list; 1 for everything else."""
	if isinstance(value, list | tuple):
		return len(value) + sum(len(entry) for entry in value if isinstance(entry, str))
	return len(value) if isinstance(value, (str, *LISTS)) else 1


def deep_size(value: Any, most: int) -> int:
	"""Return the length of a value with all that is in it, a list that stands in it twice counted twice.

	Raises `TooMuchWorkError` when it is more than `most` or too deep, before much has been counted.
	"""
	size, open_values = 0, [(value, 0)]
	while open_values:
		value, depth = open_values.pop()
		size += max(len(value), 1) if isinstance(value, (str, *LISTS)) else 1
		if size > most or depth > DEEPEST or isinstance(value, Namespace):
			raise TooMuchWorkError("too much work")
		if isinstance(value, dict):
			open_values += [(entry, depth + 1) for pair in value.items() for entry in pair]
		elif isinstance(value, LISTS) and not isinstance(value, range):
			open_values += [(entry, depth + 1) for entry in value]
	return size


def size_after_replacing(text: str, old: str = "", new: str = "", count: int | None = None) -> int:
	"""Return how long a text can become by a replacement at most."""
	return (len(str(text)) // max(len(str(old)), 1) + 1) * len(str(new))
