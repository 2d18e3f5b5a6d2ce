"""A quote of one line fits one page, with all that usually stands on it, and looks like a letter."""

from io import BytesIO

from pypdf import PdfReader

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote

DESCRIPTION = (
	"<p>Zweirädriges Lastenrad mit tiefer Ladefläche für Gewerbe und Kommune, auch als Leasingrad.</p><ul>"
	"<li>Zuladung 100 kg auf der Ladefläche, Gesamtgewicht 220 kg</li>"
	"<li>Mittelmotor 85 Nm, Akku 625 Wh, zweiter Akku möglich</li>"
	"<li>Ladefläche 70 × 55 cm mit Airline-Schienen</li></ul>"
)
TEXTS = {
	"salutation": "Sehr geehrte Frau Claasen,",
	"introduction": "<p>vielen Dank für das Gespräch über Ihre Flotte. Für die Paketboten Nordlicht GmbH haben wir die "
	"folgenden Räder und Leistungen zusammengestellt:</p>",
	"payment_terms": "Zahlbar innerhalb von 30 Tagen ohne Abzug, innerhalb von 10 Tagen mit 2 % Skonto",
	"delivery_terms": "Frei Haus an die genannte Anschrift, 8 Wochen nach Auftrag",
	"terms": "<p>Es gelten unsere Allgemeinen Geschäftsbedingungen. Gelieferte Ware bleibt bis zur vollständigen Bezahlung "
	"unser Eigentum. Gerichtsstand ist der Sitz unserer Firma.</p>",
	"closing": "<p>Wir würden uns freuen, Ihren Auftrag zu erhalten, und stehen Ihnen für Fragen gerne zur Verfügung.</p>"
	"<p>Mit freundlichen Grüßen</p>",
}


class TestOnePage(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.partner = make_partner("Paketboten Nordlicht GmbH", language="de").name
		cls.item = make_item("ONE-PAGE", description=DESCRIPTION).name

	def pages(self, language: str, **values) -> int:
		quote = make_quote(
			make_opportunity(party=self.partner, items=[{"item": self.item, "quantity": 16, "rate": 5800}])
		)
		quote.update({**TEXTS, "language": language, **values})
		quote.save()
		pdf = render_quote(quote.name)
		return len(PdfReader(BytesIO(pdf)).pages)

	def test_one_line_with_the_usual_texts_is_one_page(self):
		for language in ("de", "en"):
			for more in (
				{},
				{"discount_percentage": 3, "freight": 90},
				{"subject": "Lastenräder für Lübeck"},
			):
				with self.subTest(language, **more):
					self.assertEqual(self.pages(language, **more), 1)
