"""What the server answers: documents in it say nothing of costs and margins to who may not read their level."""

import json

from werkzeug import Request, Response

from sales_opportunity.access.concealed import DOCTYPES, conceal, hidden_fields

FAILED = 500


def conceal_in_answer(response: Response | None, request: Request | None = None) -> None:
	"""Hook of answers: take out of documents in JSON what the user may not read.

	The framework leaves such fields out where a form is loaded, but not of what it answers when a document was saved.
	"""
	if response is None or response.mimetype != "application/json" or response.is_streamed:
		return
	try:
		answer = response.get_data(as_text=True)
		# The DocTypes of rows begin with their document's name. Most answers of a site name none, and cost nothing here.
		hidden = hidden_fields(doctype for doctype in DOCTYPES if f'"{doctype}' in answer)
		if any(f'"{name}"' in answer for names in hidden.values() for name in names):
			values = conceal(json.loads(answer), hidden)
			response.set_data(json.dumps(values, separators=(",", ":")))
	except Exception:
		# The framework goes on with the answer as it was.
		response.set_data("{}")
		response.status_code = FAILED
		raise
