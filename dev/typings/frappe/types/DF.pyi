"""The kinds of fields, as they are once a document is loaded or its fields were checked; a day is a text before that."""

from typing import Any
from typing import Literal as Literal

Data = str
Text = str
Code = str
JSON = str
Link = str
DynamicLink = str
SmallText = str
LongText = str
TextEditor = str
HTMLEditor = str
Password = str
Attach = str
AttachImage = str
Autocomplete = str
Color = str
Check = int
Int = int
Duration = int
Float = float
Currency = float
Percent = float
Date = Any
Datetime = Any
Table = list
